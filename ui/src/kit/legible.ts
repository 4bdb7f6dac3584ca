/** Writes text so that similar characters can be told apart: by class, shape and colour, one cell each. */
export type CharacterClass = "letter" | "digit" | "symbol" | "space";

export function classOf(character: string): CharacterClass {
  if (/^\s$/u.test(character)) return "space";
  if (/^\p{Nd}$/u.test(character)) return "digit";
  return /^[\p{L}\p{M}]+$/u.test(character) ? "letter" : "symbol";
}

/** As people see characters: an emoji of several code points is one. */
export function characters(text: string): string[] {
  return Array.from(new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text), ({ segment }) => segment);
}

/** Fills `place` by hand, so that no framework keeps the text in its own structures. */
export function write(place: Element, text: string): void {
  place.replaceChildren(...characters(text).map(cell));
}

export function wipe(place: Element): void {
  place.replaceChildren();
}

function cell(character: string): HTMLElement {
  const span = document.createElement("span");
  span.dataset.class = classOf(character);
  span.textContent = character;
  return span;
}
