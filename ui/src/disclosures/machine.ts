/** The life of one disclosure: hidden, asking for a reason, waiting, shown for a while, expired. */
import type { Held } from "./held";

/** At most so long, whatever somebody has chosen. */
export const SHOWN_SECONDS = 10;

export type Purpose = "view" | "copy";

export type State =
  | { at: "hidden" }
  | { at: "asking"; purpose: Purpose; failure?: unknown }
  | { at: "waiting"; purpose: Purpose }
  | { at: "shown"; held: Held; seconds: number }
  | { at: "copied" }
  | { at: "expired" };

export type Happening =
  | { is: "asked"; purpose: Purpose }
  | { is: "cancelled" }
  | { is: "reasoned" }
  | { is: "arrived"; held: Held; seconds: number }
  | { is: "copied" }
  | { is: "failed"; failure: unknown }
  | { is: "second" }
  | { is: "left" };

export const HIDDEN: State = { at: "hidden" };

/** What does not fit the present state changes nothing: an answer that comes too late is never shown. */
export function next(state: State, happening: Happening): State {
  switch (happening.is) {
    case "asked":
      return state.at === "waiting" ? state : { at: "asking", purpose: happening.purpose };
    case "reasoned":
      return state.at === "asking" ? { at: "waiting", purpose: state.purpose } : state;
    case "arrived":
      return waitsFor(state, "view") ? { at: "shown", held: happening.held, seconds: Math.min(happening.seconds, SHOWN_SECONDS) } : state;
    case "copied":
      return waitsFor(state, "copy") ? { at: "copied" } : state;
    case "failed":
      return state.at === "waiting" ? { at: "asking", purpose: state.purpose, failure: happening.failure } : state;
    case "second":
      return second(state);
    case "cancelled":
    case "left":
      return HIDDEN;
  }
}

function second(state: State): State {
  if (state.at !== "shown") return state;
  return state.seconds > 1 ? { ...state, seconds: state.seconds - 1 } : { at: "expired" };
}

function waitsFor(state: State, purpose: Purpose): boolean {
  return state.at === "waiting" && state.purpose === purpose;
}
