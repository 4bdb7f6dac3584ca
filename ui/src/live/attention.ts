/** Whether somebody is looking: what nobody looks at is not read by itself, so that an idle session ends. */
const ATTENTIVE_MS = 5 * 60_000;

let lastInput = Date.now();
const waiting = new Set<() => void>();

function noticed(): void {
  lastInput = Date.now();
  wake();
}

function wake(): void {
  if (!attentive()) return;
  const ready = [...waiting];
  waiting.clear();
  ready.forEach((run) => run());
}

export function attentive(): boolean {
  return document.visibilityState === "visible" && Date.now() - lastInput < ATTENTIVE_MS;
}

/** Runs now, or once somebody is back; the same function waits only once. */
export function onceAttentive(run: () => void): void {
  waiting.add(run);
  wake();
}

/** Again and again, but never for nobody: what it reads would keep an idle session alive. Answers how to stop it. */
export function everyWhileAttentive(ms: number, run: () => void): () => void {
  const timer = setInterval(() => {
    if (attentive()) run();
  }, ms);
  return () => clearInterval(timer);
}

export function watchAttention(): void {
  for (const name of ["pointerdown", "pointermove", "keydown", "wheel"]) {
    addEventListener(name, noticed, { passive: true });
  }
  document.addEventListener("visibilitychange", wake);
}
