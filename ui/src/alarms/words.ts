/** What each alarm means and what comes first, in the words of the operator's handbook. */
import type { Alarm } from "../api/shapes";

interface Words {
  title: string;
  first: string;
}

export const WORDS: Record<Alarm["kind"], Words> = {
  forked: { title: "The log was set back", first: "Stop Strongroom, rebuild nothing, and read “When the log forks” in the operator's handbook." },
  halted: { title: "A view has stopped", first: "“strongroom ledger verify” names what is wrong at that position: put the row back from a backup, then rebuild the view." },
  parked: { title: "An event is not shown", first: "“strongroom ledger verify” names what is wrong at that position: put the row back from a backup, then rebuild the view." },
  forged: { title: "A record that nobody signed", first: "Somebody wrote into the database. Find out who before anything else is done." },
  "refused-message": { title: "A message was refused", first: "It was forged, replayed or out of place; nothing wrong was shown. Find out who reaches NATS." },
};
