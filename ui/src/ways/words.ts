/** Ways in which passwords are changed, in words. */
import type { ResetWay, WayBody } from "../api/shapes";

export type Elevation = ResetWay["elevation"];

export const ELEVATIONS: Record<Elevation, string> = {
  none: "It is root itself, or may run chpasswd",
  sudo: "By sudo",
  su: "By su, with another account's password",
};

const HIDDEN = "an account that you do not see";

/** What a worker does here, in one sentence. */
export function sentence(way: ResetWay): string {
  if (!way.login) return "Each account signs in as itself and changes its own password with passwd.";
  const login = way.login.name ?? HIDDEN;
  const raised = { none: "sets", sudo: "is raised by sudo and sets", su: `becomes ${way.root?.name ?? HIDDEN} by su and sets` };
  return `${login} signs in, ${raised[way.elevation]} the passwords of all accounts here; its own it changes itself.`;
}

/** Who signs in on a host that lies between, by that host's own way; without one the reader does not see it. */
export function hopSentence({ name }: { name: string | null }, way: Pick<ResetWay, "login"> | undefined): string {
  if (name === null) return "It goes over a resource that you do not see.";
  if (!way) return `It goes over ${name}.`;
  return way.login ? `It goes over ${name}, where ${way.login.name ?? HIDDEN} signs in.` : `It would go over ${name}, but nobody is named who signs in there.`;
}

export interface WayValues extends Record<string, unknown> {
  login_id: string;
  elevation: Elevation;
  root_id: string;
}

export function valuesOf(way: ResetWay): WayValues {
  return { login_id: way.login?.id ?? "", elevation: way.login ? way.elevation : "sudo", root_id: way.root?.id ?? "" };
}

/** What is not asked for in this way is not sent. */
export function bodyOf({ login_id, elevation, root_id }: WayValues): WayBody {
  if (login_id === "") return { login_id: null, elevation: "none", root_id: null };
  return { login_id, elevation, root_id: elevation === "su" && root_id !== "" ? root_id : null };
}
