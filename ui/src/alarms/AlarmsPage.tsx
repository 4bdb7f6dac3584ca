/** Alarms: what an administrator must look at, until somebody has settled it. */
import { t } from "@lingui/core/macro";
import { Anchor, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { whyNot } from "../access/why";
import type { Alarm } from "../api/shapes";
import { PositionNumber } from "../audit/words";
import type { Column } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { FormDialog } from "../kit/FormDialog";
import { Listed } from "../kit/Listed";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { Sign } from "../kit/Sign";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";
import { closeAlarm, closingOf, useAlarms } from "./calls";
import { WORDS } from "./words";

export function Component() {
  const [closing, setClosing] = useState<Alarm | null>(null);
  const listing = useAlarms();
  const why = whyNot(useCurrent().user.operations, "settings.change");
  return (
    <Page title={t`Alarms`} explain={t`What somebody must look at. Close an alarm once its cause is gone.`} actions={<Press icon="renew" onPress={listing.retry}>{t`Read again`}</Press>}>
      <Listed
        caption={t`Alarms`}
        listing={listing}
        columns={columns(why, setClosing)}
        rowKey={(row) => `${row.kind} ${row.name} ${row.position}`}
        empty={<Empty title={t`No alarm is open`}>{t`Whatever was raised has been settled.`}</Empty>}
      />
      {closing && <Closing alarm={closing} onClose={() => setClosing(null)} />}
    </Page>
  );
}

function Closing({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const once = useIdempotencyKey();
  const close = ({ reason }: { reason: string }) => {
    const body = closingOf(alarm, reason);
    return once(body, (headers) => closeAlarm(body, headers));
  };
  return (
    <FormDialog
      opened
      onClose={onClose}
      title={t`Close “${{ words: WORDS[alarm.kind].title }}”`}
      explain={t`It is recorded that you say it is settled, and why. If it is raised again, it is listed again.`}
      initial={{ reason: "" }}
      submit={close}
      submitLabel={t`Close alarm`}
    >
      {(form) => <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
    </FormDialog>
  );
}

function columns(why: string | null, close: (alarm: Alarm) => void): Column<Alarm>[] {
  return [
    { name: t`Alarm`, cell: (row) => <Sign tone={["parked", "refused-message", "unwitnessed", "undelivered"].includes(row.kind) ? "careful" : "bad"}>{WORDS[row.kind].title}</Sign> },
    { name: t`In`, cell: (row) => row.name },
    { name: t`Position`, cell: (row) => <Position position={row.position} /> },
    { name: t`What was seen, and what to do first`, long: true, cell: (row) => <Seen alarm={row} /> },
    { name: t`Times`, cell: (row) => row.times },
    { name: t`Last raised`, cell: (row) => <Moment at={row.last_at} /> },
    { name: t`Actions`, silent: true, cell: (row) => <Press size="xs" why={why} onPress={() => close(row)} label={t`Close “${{ words: WORDS[row.kind].title }}” in ${{ name: row.name }}`}>{t`Close`}</Press> },
  ];
}

function Seen({ alarm }: { alarm: Alarm }) {
  return (
    <>
      <Text inherit>{alarm.detail}</Text>
      <Text inherit c="dimmed">
        {WORDS[alarm.kind].first}
      </Text>
    </>
  );
}

/** Of the log's end, or of nothing in particular, there is no event to open. */
function Position({ position }: { position: number }) {
  if (position === 0) return <></>;
  return (
    <Anchor component={Link} to={paths.auditEntry(position)} size="sm">
      <PositionNumber position={position} />
    </Anchor>
  );
}
