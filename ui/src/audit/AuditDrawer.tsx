/** One event of the audit trail with all that is recorded of it. */
import { Anchor, Drawer, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link, useLocation } from "react-router";
import type { AuditDetail } from "../api/shapes";
import { type Fact, Facts } from "../kit/Facts";
import { Moment } from "../kit/Moment";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useAuditEntry } from "./calls";
import { Outcome, PositionNumber } from "./words";

const PAGES: Record<string, (id: string) => string> = {
  resource: paths.resource,
  account: paths.account,
  reset: paths.reset,
  user: paths.user,
};

export function AuditDrawer({ position, onClose }: { position: number | null; onClose: () => void }) {
  return (
    <Drawer opened={position !== null} onClose={onClose} position="right" size="lg" title={`Event at position ${position ?? ""}`} closeButtonProps={{ "aria-label": "Close" }}>
      {position !== null && <Neighbours position={position} />}
      {position !== null && <Entry position={position} />}
    </Drawer>
  );
}

function Entry({ position }: { position: number }) {
  const { data, error, refetch } = useAuditEntry(position);
  if (error) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} aria-label="Loading" />;
  return (
    <Stack gap="md">
      <Section title={data.title} facts={what(data)} />
      <Section title="Provenance" facts={whence(data)} />
      <Section title="Details" facts={Object.entries(data.details).map(([name, value]) => [name, written(value)])} />
      <Section title="In the event log" facts={where(data)} />
    </Stack>
  );
}

/** The events that were recorded right before and right after, whatever the list is narrowed down to. */
function Neighbours({ position }: { position: number }) {
  const { search } = useLocation();
  return (
    <Group justify="space-between" mb="sm">
      {position > 1 ? (
        <Anchor component={Link} to={paths.auditEntry(position - 1, search)} size="sm">
          The one before
        </Anchor>
      ) : (
        <Text size="sm" c="dimmed">
          The first event
        </Text>
      )}
      <Anchor component={Link} to={paths.auditEntry(position + 1, search)} size="sm">
        The one after
      </Anchor>
    </Group>
  );
}

function Section({ title, facts }: { title: string; facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <Facts facts={facts} />
    </section>
  );
}

function what(entry: AuditDetail): Fact[] {
  return [
    ["Summary", entry.summary],
    ["Outcome", <Outcome key="outcome" outcome={entry.outcome} />],
    ["When", <Moment key="when" at={entry.recorded_at} />],
    ["When, in UTC", <span key="utc" className="sr-mono">{entry.recorded_at}</span>],
    ["Who", <Only key="who" name={entry.actor.name} filters={{ actor: entry.actor.id }} />],
    ["Kind of actor", entry.actor.kind],
    ["Object", entry.object && <Only key="object" name={entry.object.name} filters={{ object: entry.object.id }} />],
    ["Kind of object", entry.object?.kind],
    ["Page", <Visit key="page" object={entry.object} />],
    ["Severity", entry.severity],
  ];
}

function where(entry: AuditDetail): Fact[] {
  return [
    ["Position", <PositionNumber key="position" position={entry.position} />],
    ["Entry hash", mono(entry.entry_hash)],
    ["Topic", mono(entry.topic)],
    ["Stream", mono(entry.stream)],
    ["Version", entry.version],
  ];
}

const CHANNELS: Record<string, string> = { console: "this console", api: "the API", worker: "a worker", "command-line": "the command line" };

/** How it came about: through what, in which request and session, and which process signed it. */
function whence(entry: AuditDetail): Fact[] {
  return [
    ["Through", CHANNELS[entry.channel] ?? entry.channel],
    ["Request", mono(entry.request_id)],
    ["Session", mono(entry.session_id)],
    ["Reason", entry.reason],
    ["Ticket", entry.ticket],
    ["Signed by", `the ${entry.author}'s key`],
  ];
}

function mono(text: string | null | undefined) {
  return text ? <span className="sr-mono">{text}</span> : null;
}

function Only({ name, filters }: { name: string; filters: { actor: string } | { object: string } }) {
  return (
    <Anchor component={Link} to={paths.audit(filters)} size="sm" title="Show only events of this one">
      {name}
    </Anchor>
  );
}

function Visit({ object }: { object: AuditDetail["object"] }) {
  const to = object && PAGES[object.kind]?.(object.id);
  if (!to) return "none";
  return (
    <Anchor component={Link} to={to} size="sm">
      Go to the {object.kind}
    </Anchor>
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
