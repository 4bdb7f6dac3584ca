/** The tab's end of the live stream: a shared worker where there is one, its own stream otherwise. */
import { createStore } from "../kit/store";
import type { LiveEvent, LiveState, Signal, Wish } from "./protocol";
import { LiveStream } from "./stream";

export const liveState = createStore<LiveState>("off");

type Listener = (event: LiveEvent) => void;
const listeners = new Set<Listener>();
let onRefused: () => void = () => undefined;
let wish: ((wish: Wish) => void) | null = null;
let started = false;

export function startLive(refused: () => void): void {
  onRefused = refused;
  wish ??= typeof SharedWorker === "undefined" ? ownStream() : sharedStream();
  started = true;
  wish("start");
}

export function stopLive(): void {
  started = false;
  wish?.("stop");
  liveState.set("off");
}

export function onLive(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function hear(signal: Signal): void {
  if ("state" in signal) liveState.set(signal.state);
  else if ("refused" in signal) onRefused();
  else listeners.forEach((listener) => listener(signal.event));
}

function ownStream(): (wish: Wish) => void {
  const stream = new LiveStream(hear);
  return (wished) => (wished === "start" ? stream.start() : stream.stop());
}

function sharedStream(): (wish: Wish) => void {
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "strongroom-live" });
  worker.port.onmessage = (message: MessageEvent<Signal>) => hear(message.data);
  worker.port.start();
  worker.onerror = withoutWorker;
  addEventListener("pagehide", () => worker.port.postMessage("leave" satisfies Wish));
  addEventListener("pageshow", (event) => {
    if (event.persisted && started) worker.port.postMessage("start" satisfies Wish);
  });
  return (wished) => worker.port.postMessage(wished);
}

/** Some browsers will not load a shared worker where they would load the page. */
function withoutWorker(): void {
  wish = ownStream();
  if (started) wish("start");
}
