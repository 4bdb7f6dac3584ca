/** Runs the machine outside React: asks the API, counts down, and clears what it held at every way out. */
import { HIDDEN, next, type Happening, type Purpose, SHOWN_SECONDS, type State } from "./machine";
import { createStore, type Store } from "../kit/store";
import { Held } from "./held";

export interface Reasons {
  reason: string;
  ticket: string;
}

export type Fetch = (purpose: Purpose, reasons: Reasons, signal: AbortSignal) => Promise<string>;
export type Copy = (text: Promise<string>) => Promise<void>;

const SECOND_MS = 1_000;

/** How long a password stays open on the screen, as its reader has chosen. */
export const shownSeconds = createStore(SHOWN_SECONDS);

export class Disclosure {
  readonly state: Store<State> = createStore<State>(HIDDEN);
  #timer: ReturnType<typeof setInterval> | undefined;
  #call = new AbortController();

  constructor(
    private readonly fetch: Fetch,
    private readonly copy: Copy,
  ) {}

  readonly ask = (purpose: Purpose): void => this.#happen({ is: "asked", purpose });
  readonly cancel = (): void => this.#stop({ is: "cancelled" });
  readonly leave = (): void => this.#stop({ is: "left" });

  /** The reason is given: only now is anything asked of the API. */
  async reasoned(reasons: Reasons): Promise<void> {
    const before = this.state.get();
    if (before.at !== "asking") return;
    this.#call = new AbortController();
    this.#happen({ is: "reasoned" });
    const { signal } = this.#call;
    try {
      await (before.purpose === "view" ? this.#show(reasons, signal) : this.#copy(reasons, signal));
    } catch (failure) {
      if (!signal.aborted) this.#happen({ is: "failed", failure });
    }
  }

  async #show(reasons: Reasons, signal: AbortSignal): Promise<void> {
    const held = new Held(await this.fetch("view", reasons, signal));
    if (signal.aborted) {
      held.clear();
      return;
    }
    this.#happen({ is: "arrived", held, seconds: shownSeconds.get() });
    this.#timer = setInterval(() => this.#happen({ is: "second" }), SECOND_MS);
  }

  async #copy(reasons: Reasons, signal: AbortSignal): Promise<void> {
    await this.copy(this.fetch("copy", reasons, signal));
    if (!signal.aborted) this.#happen({ is: "copied" });
  }

  #stop(happening: Happening): void {
    this.#call.abort();
    this.#happen(happening);
  }

  /** Whatever was held and is not shown any more is cleared before anybody hears of the new state. */
  #happen(happening: Happening): void {
    const before = this.state.get();
    const after = next(before, happening);
    if (before.at === "shown" && after.at !== "shown") {
      before.held.clear();
      clearInterval(this.#timer);
    }
    this.state.set(after);
  }
}
