/** Narrowing the audit trail down. */
import { Button, Group, MultiSelect, Select, SimpleGrid, TextInput } from "@mantine/core";
import { PersonField } from "../access/PersonField";
import { toLocal, toUtc } from "../kit/Moment";
import { SearchField } from "../kit/SearchField";
import type { Address } from "../kit/useAddress";
import { useEventTypes } from "./calls";

const OUTCOMES = [
  { value: "", label: "Done and refused" },
  { value: "done", label: "Done" },
  { value: "refused", label: "Refused" },
];
const NAMES = ["actor", "object", "topic", "outcome", "from", "to", "q"];

export function AuditFilters({ address }: { address: Address }) {
  const given = NAMES.filter((name) => address.get(name) !== "");
  return (
    <div key={given.length === 0 ? "none" : "some"} role="search" aria-label="Filters">
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" verticalSpacing="xs">
        <SearchField label="Text" value={address.get("q")} onSearch={(q) => address.set("q", q)} />
        <Kinds address={address} />
        <PersonField label="Who" clearable value={address.get("actor") || null} onChange={(id) => address.set("actor", id)} />
        <Select label="Outcome" data={OUTCOMES} value={address.get("outcome")} onChange={(outcome) => address.set("outcome", outcome)} />
        <Time label="From" name="from" address={address} />
        <Time label="To" name="to" address={address} />
        <TextInput label="Object, by its id" defaultValue={address.get("object")} onBlur={(event) => address.set("object", event.currentTarget.value.trim())} spellCheck={false} />
        <Group align="flex-end">
          <Button variant="default" disabled={given.length === 0} onClick={() => address.clear(given)}>
            Clear filters
          </Button>
        </Group>
      </SimpleGrid>
    </div>
  );
}

function Kinds({ address }: { address: Address }) {
  const kinds = useEventTypes().map(({ topic, title }) => ({ value: topic, label: title }));
  return <MultiSelect label="Kind of event" data={kinds} value={address.all("topic")} onChange={(topics) => address.set("topic", topics)} searchable clearable clearButtonProps={{ "aria-label": "Clear" }} nothingFoundMessage="No such kind" />;
}

function Time({ label, name, address }: { label: string; name: string; address: Address }) {
  return <TextInput type="datetime-local" label={label} defaultValue={toLocal(address.get(name))} onChange={(event) => address.set(name, toUtc(event.currentTarget.value) ?? null)} />;
}
