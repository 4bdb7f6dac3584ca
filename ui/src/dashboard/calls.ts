/** Reading what the first page shows. */
import { answer, client } from "../api/client";
import { useRead } from "../api/queries";

export function useDashboard() {
  return useRead(["dashboard"], (signal) => answer(client.GET("/api/v1/dashboard", { signal })));
}

export function useActivity(days: number) {
  return useRead(["activity", days], (signal) => answer(client.GET("/api/v1/dashboard/activity", { params: { query: { days } }, signal })));
}
