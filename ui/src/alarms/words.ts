/** What each alarm means and what comes first, in the words of the operator's handbook. */
import { t } from "@lingui/core/macro";
import type { Alarm } from "../api/shapes";

interface Words {
  title: string;
  first: string;
}

export const WORDS: Record<Alarm["kind"], Words> = {
  forked: { title: t`The log was set back`, first: t`Stop Strongroom, rebuild nothing, and read “When the log forks” in the operator's handbook.` },
  halted: { title: t`A view has stopped`, first: t`“strongroom ledger verify” names what is wrong at that position: put the row back from a backup, then rebuild the view.` },
  parked: { title: t`An event is not shown`, first: t`“strongroom ledger verify” names what is wrong at that position: put the row back from a backup, then rebuild the view.` },
  forged: { title: t`A record that nobody signed`, first: t`Somebody wrote into the database. Find out who before anything else is done.` },
  "refused-message": { title: t`A message was refused`, first: t`It was forged, replayed or out of place; nothing wrong was shown. Find out who reaches NATS.` },
};
