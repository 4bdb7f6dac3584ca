/** What was chosen in a list, as the dialogs for many take it. */
import type { Shared } from "../access/levels";

export interface Item {
  id: string;
  name: string;
}

export interface Chosen {
  chosen: readonly Item[];
  shared: Shared;
  /** Why it may not be done to them now. */
  why: string | null;
}
