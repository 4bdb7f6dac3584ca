/** The dialog that says what taking a copy means, before it is taken. */
import { t } from "@lingui/core/macro";
import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useCurrent } from "../sessions/session";
import type { AuditQuery } from "./calls";
import { exportAudit, type Format } from "./export";

const FORMATS = [
  { value: "csv", label: t`CSV, for spreadsheets` },
  { value: "json", label: t`JSON, with all details` },
];
const MATCHING = t`Every event that matches the filters, up to 250,000, leaves as a file.`;
const EVERYTHING = t`Every event there is, up to 250,000, leaves as a file: no filter is set.`;
const RECORDED = t`Who took it, with which filters and how many events, is recorded before the first one leaves. Cells that a spreadsheet would compute are written as text.`;
const EMPTY: { format: Format; reason: string } = { format: "csv", reason: "" };

export function ExportButton({ query }: { query: AuditQuery }) {
  const [opened, setOpened] = useState(false);
  const why = whyNot(useCurrent().user.operations, "audit.export");
  const narrowed = Object.values(query).some((value) => value !== undefined);
  return (
    <>
      <Press icon="save" why={why} onPress={() => setOpened(true)}>
        {t`Export`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Export the audit trail`}
        explain={`${narrowed ? MATCHING : EVERYTHING} ${RECORDED}`}
        initial={EMPTY}
        submit={({ format, reason }) => exportAudit(query, format, reason)}
        submitLabel={t`Export`}
      >
        {(form) => (
          <>
            <Select label={t`Format`} data={FORMATS} {...form.getInputProps("format")} key={form.key("format")} />
            <TextInput label={t`Reason (optional)`} maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
          </>
        )}
      </FormDialog>
    </>
  );
}
