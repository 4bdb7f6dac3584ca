/** Signing out; when that fails it is said, because whoever walks away must know. */
import { t } from "@lingui/core/macro";
import { tellTrouble } from "../kit/told";
import { signOut } from "../sessions/session";

export async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (thrown) {
    tellTrouble(t`You are still signed in`, thrown);
  }
}
