/** SIEM destinations: who is told of every event, how far each has come, and what keeps it from taking more. */
import { plural, t } from "@lingui/core/macro";
import { Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import { readAgain } from "../api/queries";
import type { Destination } from "../api/shapes";
import { PositionNumber } from "../audit/words";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { FormDialog } from "../kit/FormDialog";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { useAction } from "../kit/useAction";
import { useCurrent } from "../sessions/session";
import { AddDestination } from "./AddDestination";
import { Consumers } from "./Consumers";
import { pauseDestination, removeDestination, resumeDestination, testDestination, useDestinations } from "./calls";

interface Doing {
  what: "pause" | "remove";
  to: Destination;
}

export function Component() {
  const [doing, setDoing] = useState<Doing | null>(null);
  const listing = useDestinations();
  const why = whyNot(useCurrent().user.operations, "settings.change");
  return (
    <Page
      title={t`SIEM destinations`}
      explain={t`Every event is sent to each of them, in order. One that takes nothing holds up nobody.`}
      actions={
        <>
          <Press icon="renew" onPress={() => void readAgain("siem")}>{t`Read again`}</Press>
          <AddDestination />
        </>
      }
    >
      <Listed caption={t`SIEM destinations`} listing={listing} columns={columns(why, setDoing)} rowKey={(row) => row.id} empty={<Empty title={t`No SIEM system is told yet`}>{t`Add one, or fetch events from the feed.`}</Empty>} />
      <Consumers />
      {doing && <Doubt {...doing} onClose={() => setDoing(null)} />}
    </Page>
  );
}

function Doubt({ what, to, onClose }: Doing & { onClose: () => void }) {
  const pause = what === "pause";
  const name = to.name;
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={pause ? t`Pause ${name}` : t`Remove ${name}`}
      explain={pause ? t`Nothing is sent there until it is resumed; then all that it missed.` : t`Nothing is sent there any more. Where it had come to is forgotten.`}
      initial={{ reason: "" }}
      submit={({ reason }) => (pause ? pauseDestination(to, reason) : removeDestination(to, reason))}
      submitLabel={pause ? t`Pause` : t`Remove`}
      danger={!pause}
    >
      {(form) => <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
    </FormDialog>
  );
}

function columns(why: string | null, act: (doing: Doing) => void): Column<Destination>[] {
  return [
    { name: t`Name`, cell: (row) => row.name },
    { name: t`State`, cell: (row) => <State row={row} /> },
    { name: t`Address`, long: true, cell: (row) => <Address row={row} /> },
    { name: t`Taken up to`, cell: (row) => <PositionNumber position={row.position} /> },
    { name: t`Behind`, cell: (row) => plural({ count: row.behind }, { one: "# event", other: "# events" }) },
    { name: t`Last taken`, cell: (row) => (row.taken_at ? <Moment at={row.taken_at} /> : t`nothing yet`) },
    { name: t`Actions`, silent: true, cell: (row) => <Actions row={row} why={why} act={act} /> },
  ];
}

function State({ row }: { row: Destination }) {
  if (row.paused) return <Sign tone="careful">{t`Paused`}</Sign>;
  if (row.trouble === null) return <Sign tone="good">{t`Well`}</Sign>;
  return (
    <>
      <Sign tone="bad">{t`Takes nothing`}</Sign>
      <Text size="xs">{row.trouble}</Text>
      {row.trouble_at && (
        <Text size="xs" c="dimmed">
          {t`since`} <Moment at={row.trouble_at} />
        </Text>
      )}
    </>
  );
}

function kindName(kind: Destination["kind"]): string {
  if (kind === "nats") return t`stream on NATS`;
  return kind === "syslog" ? t`Syslog over TLS` : t`Webhook`;
}

function Address({ row }: { row: Destination }) {
  const facts = [kindName(row.kind), ...(row.mutual_tls ? [t`mutual TLS`] : []), ...(row.pseudonyms ? [t`pseudonyms`] : [])];
  return (
    <>
      <Text inherit>{row.address}</Text>
      <Text size="xs" c="dimmed">
        {facts.join(" · ")}
      </Text>
    </>
  );
}

function Actions({ row, why, act }: { row: Destination; why: string | null; act: (doing: Doing) => void }) {
  const name = row.name;
  const testing = useAction(() => testDestination(row));
  const resuming = useAction(() => resumeDestination(row));
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Press size="xs" why={why} onPress={() => void testing.run()} label={t`Send a test event to ${name}`}>{t`Send a test event`}</Press>
        {row.paused ? (
          <Press size="xs" why={why} onPress={() => void resuming.run()} label={t`Resume ${name}`}>{t`Resume`}</Press>
        ) : (
          <Press size="xs" why={why} onPress={() => act({ what: "pause", to: row })} label={t`Pause ${name}`}>{t`Pause`}</Press>
        )}
        <Press size="xs" why={why} onPress={() => act({ what: "remove", to: row })} label={t`Remove ${name}`}>{t`Remove`}</Press>
      </Group>
      <Trouble failure={testing.failure ?? resuming.failure} />
    </>
  );
}
