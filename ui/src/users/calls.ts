/** Reading and changing users. */
import { plural, t } from "@lingui/core/macro";
import { answer, client, ifMatch } from "../api/client";
import { type Listing, readAgain, useListing, useRead } from "../api/queries";
import type { User } from "../api/shapes";
import { tell, tellRecorded } from "../kit/told";
import type { Invited } from "./InvitationDialog";

export interface UserFilters {
  q: string;
  status: string;
  sort: string;
}

export function useUsers({ q, status, sort }: UserFilters): Listing<User> {
  const query = { q: q || undefined, status: (status || undefined) as User["status"] | undefined, sort };
  return useListing(["user", "list", query], (cursor, signal, limit) => answer(client.GET("/api/v1/users", { params: { query: { ...query, cursor, limit } }, signal })));
}

export function useUser(id: string) {
  return useRead(["user", id], (signal) => answer(client.GET("/api/v1/users/{user_id}", { params: path(id), signal })));
}

export interface NewUser {
  username: string;
  display_name: string;
  email: string;
  roles: string[];
}

export async function addUser(user: NewUser, headers: Record<string, string>): Promise<Invited> {
  const body = { ...user, email: user.email || null };
  const done = await answer(client.POST("/api/v1/users", { body, headers }));
  tellRecorded(t`${{ username: user.username }} added`, done.position);
  await readAgain("user");
  return invitedOf(user.username, done);
}

/** A repeated request finds the user added before, but no link: that was said once and never stored. */
function invitedOf(username: string, said: { invitation: string | null; invitation_ends_at: string | null }): Invited {
  return { username, token: said.invitation, endsAt: said.invitation_ends_at };
}

export async function setRoles({ id, username, version }: User, roles: string[]): Promise<void> {
  const done = await answer(client.PUT("/api/v1/users/{user_id}/roles", { params: path(id), body: { roles }, headers: ifMatch(version) }));
  tellRecorded(t`Roles of ${username} changed`, done.position);
  await readAgain("user");
}

export async function setEnabled({ id, username }: User, enable: boolean, reason: string): Promise<void> {
  const call = { params: path(id), body: { reason: reason || null } };
  const done = await (enable ? answer(client.POST("/api/v1/users/{user_id}/enable", call)) : answer(client.POST("/api/v1/users/{user_id}/disable", call)));
  tellRecorded(enable ? t`${username} enabled` : t`${username} disabled`, done.position);
  await readAgain("user");
}

export async function inviteAgain({ id, username }: User): Promise<Invited> {
  const done = await answer(client.POST("/api/v1/users/{user_id}/invitations", { params: path(id) }));
  tellRecorded(t`${username} invited again`, done.position);
  await readAgain("user");
  return invitedOf(username, done);
}

export async function endSessions({ id, username }: User): Promise<void> {
  const done = await answer(client.DELETE("/api/v1/users/{user_id}/sessions", { params: path(id) }));
  tell(t`Sessions of ${username}`, plural({ ended: done.ended }, { one: "One session ended.", other: "# sessions ended." }));
  await readAgain("user");
}

function path(user_id: string) {
  return { path: { user_id } };
}
