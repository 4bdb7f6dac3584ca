/** Finding one person among those who may sign in. */
import { t } from "@lingui/core/macro";
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { answer, client } from "../api/client";
import { Problem } from "../api/problems";
import { useRead } from "../api/queries";
import type { Person } from "../api/shapes";

/** What was typed is nobody until it was picked. */
export function picked(user_id: string): string {
  if (user_id !== "") return user_id;
  throw new Problem("invalid", t`Nobody was picked`, 422, t`Pick somebody from the list.`, [{ field: "user_id", message: t`Pick somebody from the list.` }]);
}

interface PersonFieldProps {
  label: string;
  value?: string | null;
  onChange: (id: string | null) => void;
  error?: ReactNode;
  required?: boolean;
  /** People who cannot be picked: who has it already. */
  except?: readonly string[];
  clearable?: boolean;
  path?: string;
}

export function PersonField({ except = [], path, ...field }: PersonFieldProps) {
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed, 200);
  const people = usePeople(asked);
  const choices = choicesOf(people.filter(({ id }) => !except.includes(id)), field.value);
  return (
    <Select
      {...field}
      data={choices}
      searchable
      allowDeselect={field.clearable}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={t`Nobody found`}
      placeholder={t`Type a name`}
      clearButtonProps={{ "aria-label": t`Clear` }}
      data-path={path}
    />
  );
}

/** Whoever was picked before stays a choice, by his id if he is not among those found: a worker is not. */
function choicesOf(people: readonly Person[], picked: string | null | undefined) {
  const found = people.map(({ id, username, display_name }) => ({ value: id, label: `${display_name} (${username})` }));
  const missing = picked && !found.some(({ value }) => value === picked);
  return missing ? [{ value: picked, label: picked }, ...found] : found;
}

/** A chosen label is not a new search. */
function usePeople(asked: string): Person[] {
  const q = asked.replace(/ \([^)]*\)$/, "");
  const found = useRead(["people", q], (signal) => answer(client.GET("/api/v1/people", { params: { query: { q: q || undefined } }, signal })));
  return found.data?.items ?? [];
}
