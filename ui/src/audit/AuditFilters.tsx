/** Narrowing the audit trail down: applied when asked for, because every reading is recorded. */
import { t } from "@lingui/core/macro";
import { Button, Group, MultiSelect, Select, SimpleGrid, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { PersonField } from "../access/PersonField";
import { toLocal, toUtc } from "../kit/Moment";
import type { Address } from "../kit/useAddress";
import { useEventTypes } from "./calls";

const OUTCOMES = [
  { value: "", label: t`Any outcome` },
  { value: "done", label: t`Done` },
  { value: "refused", label: t`Refused` },
  { value: "unreadable", label: t`Unreadable` },
];

interface Draft {
  q: string;
  topic: string[];
  actor: string;
  outcome: string;
  from: string;
  to: string;
  object: string;
}

const NONE: Draft = { q: "", topic: [], actor: "", outcome: "", from: "", to: "", object: "" };

export function AuditFilters({ address }: { address: Address }) {
  const applied = draftOf(address);
  return <Filters key={JSON.stringify(applied)} applied={applied} address={address} />;
}

function Filters({ applied, address }: { applied: Draft; address: Address }) {
  const [draft, setDraft] = useState(applied);
  const put = (changed: Partial<Draft>) => setDraft((before) => ({ ...before, ...changed }));

  function apply(event: SyntheticEvent) {
    event.preventDefault();
    address.setAll(addressOf(draft));
  }

  return (
    <form role="search" aria-label={t`Filters`} onSubmit={apply}>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" verticalSpacing="xs">
        <TextInput type="search" label={t`Text`} maxLength={200} value={draft.q} onChange={(event) => put({ q: event.currentTarget.value })} />
        <Kinds value={draft.topic} onChange={(topic) => put({ topic })} />
        <PersonField label={t`Who`} clearable value={draft.actor || null} onChange={(id) => put({ actor: id ?? "" })} />
        <Select label={t`Outcome`} data={OUTCOMES} value={draft.outcome} onChange={(outcome) => put({ outcome: outcome ?? "" })} />
        <TextInput type="datetime-local" label={t`From`} value={draft.from} onChange={(event) => put({ from: event.currentTarget.value })} />
        <TextInput type="datetime-local" label={t`To`} value={draft.to} onChange={(event) => put({ to: event.currentTarget.value })} />
        <TextInput label={t`Object, by its id`} spellCheck={false} maxLength={36} value={draft.object} onChange={(event) => put({ object: event.currentTarget.value.trim().toLowerCase() })} />
        <Group align="flex-end" gap="xs">
          <Button type="submit">{t`Apply`}</Button>
          <Button variant="default" onClick={() => address.setAll(addressOf(NONE))}>
            {t`Clear`}
          </Button>
        </Group>
      </SimpleGrid>
    </form>
  );
}

function Kinds({ value, onChange }: { value: string[]; onChange: (topics: string[]) => void }) {
  const kinds = useEventTypes().map(({ topic, title }) => ({ value: topic, label: title }));
  return <MultiSelect label={t`Kind of event`} data={kinds} value={value} onChange={onChange} searchable clearable clearButtonProps={{ "aria-label": t`Clear kinds` }} nothingFoundMessage={t`No such kind`} />;
}

function draftOf(address: Address): Draft {
  const { get } = address;
  return { q: get("q"), topic: address.all("topic"), actor: get("actor"), outcome: get("outcome"), from: toLocal(get("from")), to: toLocal(get("to")), object: get("object") };
}

function addressOf({ from, to, ...others }: Draft): Record<string, string | string[] | null> {
  return { ...others, from: toUtc(from) ?? null, to: toUtc(to) ?? null };
}
