/** An open password on its way to the screen: in one place only, so that one call makes it gone. */
export class Held {
  #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  readonly read = (): string => this.#value;

  clear(): void {
    this.#value = "";
  }

  /** Never by accident in a log or a document. */
  toJSON(): string {
    return "Held(…)";
  }
}
