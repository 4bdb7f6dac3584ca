/** Listens for the shortcuts, unless somebody has turned them off. */
import { t } from "@lingui/core/macro";
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { useStore } from "../kit/store";
import { useCurrent } from "../sessions/session";
import { mine } from "../settings/mine";
import { meant } from "./shortcuts";

const TOGETHER_MS = 1_500;

export function useShortcuts(): void {
  const { keys } = useStore(mine);
  const { operations } = useCurrent().user;
  const navigate = useNavigate();
  useEffect(() => {
    if (!keys) return;
    let before = { key: "", at: 0 };
    const press = (event: KeyboardEvent) => {
      const found = meant(event.timeStamp - before.at < TOGETHER_MS ? before.key : "", event, operations);
      before = { key: event.key, at: event.timeStamp };
      if (!found) return;
      event.preventDefault();
      if (found.search) document.querySelector<HTMLInputElement>(t`main input[type=search]`)?.focus();
      else if (found.to) void navigate(found.to);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [keys, navigate, operations]);
}
