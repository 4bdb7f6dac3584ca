/** What the server finds for what is typed: things and people that the reader may see, and no others. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { useRead } from "../api/queries";
import { paths } from "../paths";
import { useMay } from "../sessions/session";
import type { Offer } from "./commands";

const MOST = 6;

export function useFound(q: string): Offer[] {
  const enabled = q.length > 0;
  const query = { q, limit: MOST };
  const people = useMay("user.view");
  const accounts = useRead(["account", "palette", q], (signal) => answer(client.GET("/api/v1/accounts", { params: { query }, signal })), { enabled });
  const resources = useRead(["resource", "palette", q], (signal) => answer(client.GET("/api/v1/resources", { params: { query }, signal })), { enabled });
  const users = useRead(["user", "palette", q], (signal) => answer(client.GET("/api/v1/users", { params: { query }, signal })), { enabled: enabled && people });
  if (!enabled) return [];
  return [
    ...(accounts.data?.items ?? []).map((each): Offer => ({ id: each.id, label: t`${{ username: each.username }} on ${{ resource: each.resource.name }}`, hint: t`Account`, icon: "key", to: paths.account(each.id) })),
    ...(resources.data?.items ?? []).map((each): Offer => ({ id: each.id, label: each.name, hint: each.address, icon: "server", to: paths.resource(each.id) })),
    ...(users.data?.items ?? []).map((each): Offer => ({ id: each.id, label: each.display_name, hint: each.username, icon: "person", to: paths.user(each.id) })),
    { id: "search", label: t`Search all accounts for “${q}”`, hint: t`Accounts`, icon: "search", to: paths.accounts(q) },
  ];
}
