/** Which reads a live event makes old; they are read again together, and only while somebody looks. */
import { notePosition } from "../api/position";
import { readAgain } from "../api/queries";
import { onceAttentive } from "./attention";
import { liveState, onLive } from "./live";
import type { LiveEvent } from "./protocol";

const TOUCHES: Record<string, readonly string[]> = {
  resource: ["resource", "account", "dashboard"],
  account: ["account", "resource", "reset", "dashboard"],
  "access-list": ["access", "resource", "account", "dashboard"],
  reset: ["reset", "account", "dashboard"],
  probe: ["probe"],
  user: ["user", "access", "dashboard"],
  session: ["session"],
};
const TOGETHER_MS = 150;

const touched = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

export function touches(kind: string): readonly string[] {
  return TOUCHES[kind] ?? [];
}

function flush(): void {
  const kinds = [...touched];
  touched.clear();
  void readAgain(...kinds);
}

function heard(event: LiveEvent): void {
  notePosition(event.position);
  touches(event.kind).forEach((kind) => touched.add(kind));
  clearTimeout(timer);
  timer = setTimeout(() => onceAttentive(flush), TOGETHER_MS);
}

/** After an interruption nobody knows what was missed, so everything on the page is read again. */
function stateChanged(before: { state: string }): void {
  const state = liveState.get();
  if (state === "open" && before.state === "away") {
    Object.keys(TOUCHES).flatMap(touches).forEach((kind) => touched.add(kind));
    onceAttentive(flush);
  }
  before.state = state;
}

export function keepFresh(): void {
  const before = { state: "off" };
  onLive(heard);
  liveState.subscribe(() => stateChanged(before));
}
