/** Finding one resource among those where one may add accounts. */
import { t } from "@lingui/core/macro";
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { answer, client } from "../api/client";
import { Problem } from "../api/problems";
import { useRead } from "../api/queries";
import type { Resource } from "../api/shapes";

/** What was typed is no resource until it was picked. */
export function pickedResource(resource_id: string): string {
  if (resource_id !== "") return resource_id;
  const message = t`Pick a resource from the list.`;
  throw new Problem("invalid", t`No resource was picked`, 422, message, [{ field: "resource_id", message }]);
}

interface ResourceFieldProps {
  label: string;
  onChange: (id: string | null) => void;
  error?: ReactNode;
  required?: boolean;
  /** The one that cannot be picked: it stands there already. */
  except: string;
}

export function ResourceField({ except, ...field }: ResourceFieldProps) {
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, 200);
  return (
    <Select
      {...field}
      data={useChoices(asked, except)}
      searchable
      allowDeselect={false}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t`No resource found where you may add accounts`}
      placeholder={t`Type a name`}
      data-path="resource_id"
    />
  );
}

/** A chosen label is not a new search. */
function useChoices(asked: string, except: string) {
  const q = asked.replace(/ \([^)]*\)$/, "");
  const found = useRead(["resource", "pick", q], (signal) => answer(client.GET("/api/v1/resources", { params: { query: { q: q || undefined } }, signal })));
  const open = (found.data?.items ?? []).filter((each: Resource) => each.id !== except && each.may.includes("account.add"));
  return open.map(({ id, name, address }) => ({ value: id, label: `${name} (${address})` }));
}
