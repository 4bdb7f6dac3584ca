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
  "read-only": { title: t`The vault is read-only`, first: t`The log is not what was signed, or not what a witness saw. Put the newest copy of the database back.` },
  unproved: { title: t`A record cannot be signed`, first: t`Its author did not write it. Find out who writes to the database; strongroom ledger verify names it.` },
  unwitnessed: { title: t`Too few witnesses`, first: t`What has to be witnessed before it takes effect is refused. Ask whose witness does not answer.` },
  clock: { title: t`The clock was set back`, first: t`What ends at a certain time ends too late. Set the clock of the database's machine right.` },
  undelivered: { title: t`A SIEM system takes no events`, first: t`Nothing is lost: it gets all of them once it takes them again. The page of SIEM destinations says what is wrong.` },
  "refused-message": { title: t`A message was refused`, first: t`It was forged, replayed or out of place; nothing wrong was shown. Find out who reaches NATS.` },
};
