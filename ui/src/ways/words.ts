/** Ways in which passwords are changed, in words. */
import { t } from "@lingui/core/macro";
import type { ResetWay, WayBody } from "../api/shapes";

export type Elevation = ResetWay["elevation"];

export const ELEVATIONS: Record<Elevation, string> = {
  none: t`It is root itself, or may run chpasswd`,
  sudo: t`By sudo`,
  su: t`By su, with another account's password`,
};

const HIDDEN = t`an account that you do not see`;

/** What a worker does here, in one sentence. */
export function sentence(way: ResetWay): string {
  if (!way.login) return t`Each account signs in as itself and changes its own password with passwd.`;
  const login = way.login.name ?? HIDDEN;
  const root = way.root?.name ?? HIDDEN;
  return {
    none: t`${login} signs in, sets the passwords of all accounts here; its own it changes itself.`,
    sudo: t`${login} signs in, is raised by sudo and sets the passwords of all accounts here; its own it changes itself.`,
    su: t`${login} signs in, becomes ${root} by su and sets the passwords of all accounts here; its own it changes itself.`,
  }[way.elevation];
}

/** Who signs in on a host that lies between, by that host's own way; without one the reader does not see it. */
export function hopSentence({ name }: { name: string | null }, way: Pick<ResetWay, "login"> | undefined): string {
  if (name === null) return t`It goes over a resource that you do not see.`;
  if (!way) return t`It goes over ${name}.`;
  const login = way.login?.name ?? HIDDEN;
  return way.login ? t`It goes over ${name}, where ${login} signs in.` : t`It would go over ${name}, but nobody is named who signs in there.`;
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
