/** A batch of resets as it goes on: how many are done, which need somebody, and the rest to try again. */
import { plural, t } from "@lingui/core/macro";
import { Anchor, Group, Paper, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { useCallback, useEffect, useRef, useState } from "react";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import { problemOf } from "../api/problems";
import type { Batch } from "../api/shapes";
import type { Column } from "../kit/DataTable";
import { DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { Sign } from "../kit/Sign";
import { Trouble } from "../kit/Trouble";
import { useAction } from "../kit/useAction";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { ResetState } from "../resets/ResetProgress";
import { openBatch, openResets, useBatch } from "./calls";
import { countsOf, type Counts, type Item, told, unopened, worthRetrying } from "./progress";

const BEGIN = { state: { begin: true } };
const TRAIL = [{ label: t`Batches`, to: paths.batches() }];

export function Component() {
  const { batchId = "" } = useParams();
  const { data, error, refetch } = useBatch(batchId);
  if (error && !data) return <Page title={t`Batch of resets`} trail={TRAIL}><Trouble failure={error} retry={() => void refetch()} /></Page>;
  if (!data) return <Skeleton height={240} aria-label={t`Loading`} />;
  return <Whole key={data.id} batch={data} />;
}

function Whole({ batch }: { batch: Batch }) {
  const [refused, setRefused] = useState<ReadonlyMap<string, string>>(new Map());
  const note = useCallback((account: string, why: unknown) => setRefused((known) => new Map(known).set(account, problemOf(why).detail || problemOf(why).title)), []);
  const opening = useAction((wanted: readonly string[]) => openResets(batch.id, wanted, batch.reason ?? "", note));
  useOnce(useJustAsked(), () => void opening.run(unopened(batch.items)));
  const counts = countsOf(batch.items);
  const hidden = batch.size - batch.items.length;
  return (
    <Page title={t`Resets of ${plural({ size: batch.size }, { one: "# account", other: "# accounts" })}`} trail={TRAIL} explain={batch.reason ?? ""} actions={<Actions batch={batch} counts={counts} busy={opening.busy} open={() => void opening.run(unopened(batch.items))} />}>
      <Trouble failure={opening.failure} />
      <Far counts={counts} of={batch.items.length} />
      {hidden > 0 && <Text size="sm">{t`${plural({ hidden: hidden }, { one: "# account", other: "# accounts" })} of this batch you do not see, or no more.`}</Text>}
      <Paper withBorder className="sr-scroll">
        <DataTable caption={t`Accounts of this batch`} columns={columns(refused)} rows={batch.items} rowKey={(row) => row.account_id} empty={<Empty title={t`Nothing to see`}>{t`You see none of these accounts.`}</Empty>} />
      </Paper>
    </Page>
  );
}

/** Whether this page was come to from the dialog that asked for the batch; a link to it opens nothing by itself. */
function useJustAsked(): boolean {
  return (useLocation().state as { begin?: boolean } | null)?.begin === true;
}

function useOnce(wanted: boolean, run: () => void): void {
  const done = useRef(!wanted);
  useEffect(() => {
    if (done.current) return;
    done.current = true;
    run();
  }, [run]);
}

function Far({ counts, of }: { counts: Counts; of: number }) {
  const share = (count: number) => (of === 0 ? 0 : (100 * count) / of);
  return (
    <Stack gap={6}>
      <Progress.Root size="lg" aria-label={t`How far the batch has come`}>
        <Progress.Section value={share(counts.confirmed)} color="teal" aria-label={t`confirmed`} />
        <Progress.Section value={share(counts.failed)} color="red" aria-label={t`failed`} />
        <Progress.Section value={share(counts.in_doubt)} color="orange" aria-label={t`in doubt`} />
      </Progress.Root>
      <Text size="sm" role="status">
        {told(counts)}
      </Text>
    </Stack>
  );
}

function Actions({ batch, counts, busy, open }: { batch: Batch; counts: Counts; busy: boolean; open: () => void }) {
  const navigate = useNavigate();
  const once = useIdempotencyKey();
  const again = worthRetrying(batch.items);
  const retrying = useAction(async () => {
    const wanted = { account_ids: again, reason: batch.reason ?? "" };
    await navigate(paths.batch(await once(wanted, (headers) => openBatch(wanted, headers))), BEGIN);
  });
  return (
    <Group gap="xs">
      <Trouble failure={retrying.failure} />
      {counts.unopened > 0 && (
        <Press loading={busy} onPress={open}>
          {t`Open the rest`}
        </Press>
      )}
      <Press icon="renew" loading={retrying.busy} why={again.length === 0 ? t`None has failed.` : null} onPress={() => void retrying.run()}>
        {t`Retry the failed`}
      </Press>
    </Group>
  );
}

function columns(refused: ReadonlyMap<string, string>): readonly Column<Item>[] {
  return [
    { name: t`Account`, long: true, cell: (row) => <Anchor component={Link} to={paths.account(row.account_id)} size="sm" fw={550}>{row.username}</Anchor> },
    { name: t`Resource`, long: true, cell: (row) => <Anchor component={Link} to={paths.resource(row.resource_id)} size="sm">{row.resource}</Anchor> },
    { name: t`State`, cell: (row) => (row.state === null ? <Sign tone="bad">{t`not opened`}</Sign> : <Anchor component={Link} to={paths.reset(row.reset_id)} underline="never"><ResetState state={row.state} /></Anchor>) },
    { name: t`Why`, long: true, cell: (row) => <Why row={row} refused={refused.get(row.account_id)} /> },
    { name: t`Ended`, cell: (row) => <Moment at={row.ended_at} never={row.state === null ? "" : t`not yet`} /> },
  ];
}

function Why({ row, refused }: { row: Item; refused: string | undefined }) {
  if (row.state === null) return refused;
  return (
    <>
      {row.because}
      {row.next_step && <Text size="xs" c="dimmed">{t`Next: ${{ next_step: row.next_step }}`}</Text>}
    </>
  );
}
