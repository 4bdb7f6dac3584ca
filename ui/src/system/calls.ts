/** Reading how the installation stands. */
import { useEffect } from "react";
import { answer, client } from "../api/client";
import { readAgain, useListing, useRead } from "../api/queries";
import { everyWhileAttentive } from "../live/attention";

const EVERY_MS = 5_000;

/** Read again while somebody looks: nothing here is told of by live updates. */
export function useSystem() {
  useEffect(() => everyWhileAttentive(EVERY_MS, () => void readAgain("system")), []);
  return useRead(["system"], (signal) => answer(client.GET("/api/v1/system", { signal })));
}

export function useRuns() {
  return useListing(["system", "runs"], (_, signal) => answer(client.GET("/api/v1/system/runs", { signal })));
}
