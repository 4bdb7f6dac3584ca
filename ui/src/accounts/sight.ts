/** Who loses sight of an account and who gains it when it goes from one resource to another. */
import type { Access } from "../api/shapes";

export interface Sight {
  lose: string[];
  gain: string[];
}

/** Those with a share of the account itself keep it, wherever it stands. */
export function sightOf(own: Access, here: Access, there: Access): Sight {
  const [kept, before, after] = [shared(own), everybody(here), everybody(there)];
  return { lose: without(before, after, kept), gain: without(after, before, kept) };
}

function without(these: ReadonlyMap<string, string>, ...others: ReadonlyMap<string, string>[]): string[] {
  return [...these].filter(([id]) => !others.some((other) => other.has(id))).map(([, name]) => name).sort();
}

function everybody(access: Access): Map<string, string> {
  return shared(access).set(access.owner.id, access.owner.username);
}

/** A share that has ended counts for nothing. */
function shared({ grants }: Access): Map<string, string> {
  const now = Date.now();
  const holding = grants.filter(({ until }) => !until || Date.parse(until) > now);
  return new Map(holding.map(({ subject }) => [subject.id, subject.name]));
}
