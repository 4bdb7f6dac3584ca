/** Who has access to a resource or an account, and giving and taking it. */
import { ph, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Access, Grant } from "../api/shapes";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { type Thing, useAccess } from "./calls";
import { LEVEL_NAMES } from "./levels";
import { ShareDialog } from "./ShareDialog";
import { SightCard } from "./SightCard";
import { Taking } from "./Taking";
import { whyNot } from "./why";

export function AccessPanel({ thing, may }: { thing: Thing; may: readonly string[] }) {
  const unseen = whyNot(may, "access.view");
  const { data, error, refetch } = useAccess(thing, unseen === null);
  if (unseen) return <Empty title={t`Not for you to see`}>{unseen}</Empty>;
  if (error) return <Trouble failure={error} retry={() => void refetch()} />;
  return <Grants thing={thing} access={data} why={whyNot(may, "access.change")} />;
}

function Grants({ thing, access, why }: { thing: Thing; access: Access | undefined; why: string | null }) {
  const [sharing, setSharing] = useState<{ grant: Grant | null } | null>(null);
  const [taking, setTaking] = useState<Grant | null>(null);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm">
          <Trans>Owner: <strong>{ph({ username: access?.owner.username ?? "…" })}</strong></Trans>
        </Text>
        <Press size="xs" icon="plus" why={why} onPress={() => setSharing({ grant: null })}>
          {t`Share`}
        </Press>
      </Group>
      <Paper withBorder className="sr-scroll">
        <DataTable
          caption={t`Shares`}
          columns={columns(why, (grant) => setSharing({ grant }), setTaking)}
          rows={access?.grants ?? []}
          rowKey={({ subject }) => subject.id}
          loading={!access}
          empty={<Empty title={t`Shared with nobody`}>{thing.shared === "account" ? t`Only its owner and those who have the resource can use it. Press Share to give somebody a level.` : t`Only its owner can use it. Press Share to give somebody a level.`}</Empty>}
        />
      </Paper>
      <SightCard thing={thing} />
      {access && <ShareDialog thing={thing} access={access} grant={sharing?.grant ?? null} opened={sharing !== null} onClose={() => setSharing(null)} />}
      <Taking thing={thing} grant={taking} onClose={() => setTaking(null)} />
    </Stack>
  );
}

function columns(why: string | null, change: (grant: Grant) => void, remove: (grant: Grant) => void): Column<Grant>[] {
  return [
    { name: t`Shared with`, long: true, cell: ({ subject }) => subject.name },
    { name: t`Level`, cell: ({ level }) => LEVEL_NAMES[level] },
    { name: t`Until`, cell: ({ until }) => <Moment at={until} never={t`taken back`} /> },
    {
      name: t`Actions`,
      silent: true,
      cell: (grant) => (
        <Group gap={6}>
          <Press size="xs" why={why} onPress={() => change(grant)} label={t`Change the share of ${{ subject: grant.subject.name }}`}>
            {t`Change`}
          </Press>
          <Press size="xs" why={why} onPress={() => remove(grant)} label={t`Remove the share of ${{ subject: grant.subject.name }}`}>
            {t`Remove`}
          </Press>
        </Group>
      ),
    },
  ];
}
