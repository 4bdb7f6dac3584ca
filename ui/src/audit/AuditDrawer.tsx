/** One event of the audit trail with all that is recorded of it. */
import { t } from "@lingui/core/macro";
import { Anchor, Drawer, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link, useLocation } from "react-router";
import type { AuditDetail } from "../api/shapes";
import { type Fact, Facts } from "../kit/Facts";
import { Moment } from "../kit/Moment";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useAuditEntry } from "./calls";
import { ProofButton, ProofSign } from "./Proof";
import { Outcome, PositionNumber } from "./words";

const PAGES: Record<string, { of: (id: string) => string; says: string }> = {
  resource: { of: paths.resource, says: t`Go to the resource` },
  account: { of: paths.account, says: t`Go to the account` },
  reset: { of: paths.reset, says: t`Go to the reset` },
  user: { of: paths.user, says: t`Go to the user` },
};

export function AuditDrawer({ position, onClose }: { position: number | null; onClose: () => void }) {
  return (
    <Drawer opened={position !== null} onClose={onClose} position="right" size="lg" title={t`Event at position ${{ position: position ?? "" }}`} closeButtonProps={{ "aria-label": t`Close` }}>
      {position !== null && <Neighbours position={position} />}
      {position !== null && <Entry position={position} />}
    </Drawer>
  );
}

function Entry({ position }: { position: number }) {
  const { data, error, refetch } = useAuditEntry(position);
  if (error) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} aria-label={t`Loading`} />;
  return (
    <Stack gap="md">
      <Section title={data.title} facts={what(data)} />
      <Section title={t`Provenance`} facts={whence(data)} />
      <Section title={t`Details`} facts={Object.entries(data.details).map(([name, value]) => [name, written(value)])} />
      <Section title={t`In the event log`} facts={where(data)} />
      <Group>
        <ProofSign position={position} />
        <ProofButton position={position} />
      </Group>
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
          {t`The one before`}
        </Anchor>
      ) : (
        <Text size="sm" c="dimmed">
          {t`The first event`}
        </Text>
      )}
      <Anchor component={Link} to={paths.auditEntry(position + 1, search)} size="sm">
        {t`The one after`}
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
    [t`Summary`, entry.summary],
    [t`Outcome`, <Outcome key="outcome" outcome={entry.outcome} />],
    [t`When`, <Moment key="when" at={entry.recorded_at} />],
    [t`When, in UTC`, <span key="utc" className="sr-mono">{entry.recorded_at}</span>],
    [t`Who`, <Only key="who" name={entry.actor.name} filters={{ actor: entry.actor.id }} />],
    [t`Kind of actor`, entry.actor.kind],
    [t`Object`, entry.object && <Only key="object" name={entry.object.name} filters={{ object: entry.object.id }} />],
    [t`Kind of object`, entry.object?.kind],
    [t`Page`, <Visit key="page" object={entry.object} />],
    [t`Severity`, entry.severity],
  ];
}

function where(entry: AuditDetail): Fact[] {
  return [
    [t`Position`, <PositionNumber key="position" position={entry.position} />],
    [t`Entry hash`, mono(entry.entry_hash)],
    [t`Topic`, mono(entry.topic)],
    [t`Stream`, mono(entry.stream)],
    [t`Version`, entry.version],
  ];
}

const CHANNELS: Record<string, string> = { console: t`this console`, api: t`the API`, worker: t`a worker`, "command-line": t`the command line` };

/** How it came about: through what, in which request and session, and which process signed it. */
function whence(entry: AuditDetail): Fact[] {
  return [
    [t`Through`, CHANNELS[entry.channel] ?? entry.channel],
    [t`Request`, mono(entry.request_id)],
    [t`Session`, mono(entry.session_id)],
    [t`Reason`, entry.reason],
    [t`Ticket`, entry.ticket],
    [t`Signed by`, t`the ${{ author: entry.author }}'s key`],
  ];
}

function mono(text: string | null | undefined) {
  return text ? <span className="sr-mono">{text}</span> : null;
}

function Only({ name, filters }: { name: string; filters: { actor: string } | { object: string } }) {
  return (
    <Anchor component={Link} to={paths.audit(filters)} size="sm" title={t`Show only events of this one`}>
      {name}
    </Anchor>
  );
}

function Visit({ object }: { object: AuditDetail["object"] }) {
  const page = object && PAGES[object.kind];
  if (!page) return t`none`;
  return (
    <Anchor component={Link} to={page.of(object.id)} size="sm">
      {page.says}
    </Anchor>
  );
}

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}
