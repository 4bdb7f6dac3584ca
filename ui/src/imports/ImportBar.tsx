/** Importing what is new: what that means before it is done, how far it has come, and what is left to see to. */
import { plural, t } from "@lingui/core/macro";
import { Group, Progress, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ImportPreview } from "../api/shapes";
import { download } from "../kit/download";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import type { Layout, Wanted } from "./calls";
import { countsOf, failedCsv, importable, worthRetrying } from "./rows";
import type { Importing } from "./useImporting";

interface ImportBarProps {
  preview: ImportPreview;
  layout: Layout;
  importing: Importing;
  again: () => void;
}

export function ImportBar({ preview, layout, importing, again }: ImportBarProps) {
  const wanted = (rows: number[], reason: string): Wanted => ({ columns: layout.columns ?? {}, usual_type: layout.usual_type, digest: preview.digest, rows, reason: reason || null });
  const { begun, failure, results } = importing;
  const failed = countsOf(preview.rows, results).errors;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {begun === null && <Begin preview={preview} begin={(reason) => void importing.run(wanted(importable(preview.rows), reason))} />}
        {begun !== null && <Continue preview={preview} importing={importing} wanted={wanted} />}
        <Press icon="save" why={failed === 0 ? t`No row has an error.` : null} onPress={() => download(new Blob([failedCsv(preview, results)], { type: "text/csv" }), "strongroom-import-errors.csv")}>
          {t`Download the errors`}
        </Press>
        {begun === null && <Press icon="renew" onPress={again}>{t`Preview again`}</Press>}
      </Group>
      <Trouble failure={failure} />
      {begun !== null && importing.wanted && <Far importing={importing} of={importing.wanted.rows.length} />}
    </Stack>
  );
}

const EMPTY = { reason: "" };

function Begin({ preview, begin }: { preview: ImportPreview; begin: (reason: string) => void }) {
  const [opened, setOpened] = useState(false);
  const { new_resource, new_account, there, error } = preview.counts;
  const rows = new_resource + new_account;
  const left = there + error;
  return (
    <>
      <Press variant="filled" icon="load" why={rows === 0 ? t`No row would add anything.` : null} onPress={() => setOpened(true)}>
        {t`Import ${plural(rows, { one: "# row", other: "# rows" })}`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Import ${plural(rows, { one: "# row", other: "# rows" })}`}
        explain={meansOf(new_resource, rows, left)}
        initial={EMPTY}
        submit={({ reason }) => {
          begin(reason);
          return Promise.resolve();
        }}
        submitLabel={t`Import`}
      >
        {(form) => <TextInput label={t`Reason (optional)`} maxLength={500} data-autofocus {...form.getInputProps("reason")} key={form.key("reason")} />}
      </FormDialog>
    </>
  );
}

function Continue({ preview, importing, wanted }: { preview: ImportPreview; importing: Importing; wanted: (rows: number[], reason: string) => Wanted }) {
  const { busy, failure, results } = importing;
  const last = importing.wanted;
  const again = worthRetrying(preview.rows, results);
  if (failure && last) return <Press variant="filled" icon="renew" loading={busy} onPress={() => void importing.run(last)}>{t`Go on`}</Press>;
  return (
    <Press icon="renew" loading={busy} why={again.length === 0 ? t`None has failed.` : null} onPress={() => void importing.run(wanted(again, last?.reason ?? ""))}>
      {t`Retry the failed`}
    </Press>
  );
}

function Far({ importing: { done, ended, results }, of }: { importing: Importing; of: number }) {
  const all = [...results.values()];
  const added = all.filter(({ outcome }) => outcome === "added").length;
  const failed = all.filter(({ outcome }) => outcome === "failed").length;
  return (
    <Stack gap={6}>
      <Progress value={(100 * done) / Math.max(1, of)} size="lg" aria-label={t`How far the import has come`} />
      <Text size="sm" role="status">
        {ended ? t`Done` : t`${done} of ${of}`}: {t`${plural(added, { one: "# row", other: "# rows" })} added · ${failed} failed · ${{ count: all.length - added - failed }} already there`}
      </Text>
      <Text size="xs" c="dimmed">
        {ended
          ? t`Delete the file once nothing of it is left to import: whoever reads it has its passwords. Verify those that were added: no system was asked whether they are right.`
          : t`Stay on this page to see what comes of each row. What was added stays, also when you leave.`}
      </Text>
    </Stack>
  );
}

/** What the import would do, a sentence after the other. */
function meansOf(resources: number, rows: number, left: number): string {
  return [
    t`This adds ${plural(resources, { one: "# resource", other: "# resources" })}, which you will own, and accounts by ${plural(rows, { one: "# row", other: "# rows" })}.`,
    t`Each is decided and recorded by itself.`,
    ...(left > 0 ? [plural(left, { one: "# row that is there already or has an error is left out.", other: "# rows that are there already or have an error are left out." })] : []),
    t`Nothing that is there is changed. No system is asked whether the passwords are right: verify them afterwards.`,
  ].join(" ");
}
