/** The clipboard, for things that must not stay there. */
import { createStore } from "./store";

export const CLEARED_AFTER_MS = 30_000;

export type ClipboardState = "idle" | "holding" | "cleared" | "waiting";

/** `waiting`: time is up, but a browser lets only the page in front write; it is cleared on return. */
export const clipboard = createStore<ClipboardState>("idle");

let timer: ReturnType<typeof setTimeout> | undefined;

export function clipboardWorks(): boolean {
  return typeof navigator !== "undefined" && "clipboard" in navigator && window.isSecureContext;
}

/** Starts writing within the press that asks for it; the text may come later, or fail. */
export async function putForAWhile(text: Promise<string>): Promise<void> {
  await writePromised(text);
  clearTimeout(timer);
  clipboard.set("holding");
  timer = setTimeout(() => void clearClipboard(), CLEARED_AFTER_MS);
}

async function writePromised(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "undefined") return navigator.clipboard.writeText(await text);
  const blob = text.then((value) => new Blob([value], { type: "text/plain" }));
  const written = navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  await Promise.all([blob, written]);
}

export async function clearClipboard(): Promise<void> {
  clearTimeout(timer);
  try {
    await navigator.clipboard.writeText("");
    clipboard.set("cleared");
  } catch {
    clipboard.set("waiting");
    addEventListener("focus", () => void clearClipboard(), { once: true });
  }
}
