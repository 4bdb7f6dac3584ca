/** Whether anybody has pressed anything since this page was loaded. */
let pressed = false;

for (const name of ["pointerdown", "keydown"]) {
  addEventListener(name, () => (pressed = true), { once: true, capture: true });
}

export function hasActed(): boolean {
  return pressed;
}
