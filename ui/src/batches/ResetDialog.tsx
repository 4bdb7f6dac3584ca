/** Asking why several accounts are to be reset; then the batch is recorded, and its page opens each. */
import { plural, t } from "@lingui/core/macro";
import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { FormDialog } from "../kit/FormDialog";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { openBatch } from "./calls";

interface ResetDialogProps {
  accountIds: readonly string[];
  opened: boolean;
  onClose: () => void;
  explain?: ReactNode;
  /** A reason to begin with. */
  reason?: string;
}

const USUAL = t`Each gets a new password of its own, set on its resource and checked by a fresh login. Whoever uses the present ones loses them. One that cannot be reset stops none of the others.`;

export function ResetDialog({ accountIds, opened, onClose, explain, reason = "" }: ResetDialogProps) {
  const navigate = useNavigate();
  const once = useIdempotencyKey();

  async function submit(values: { reason: string }) {
    const wanted = { account_ids: [...accountIds], reason: values.reason };
    const id = await once(wanted, (headers) => openBatch(wanted, headers));
    await navigate(paths.batch(id), { state: { begin: true } });
  }

  return (
    <FormDialog opened={opened} onClose={onClose} title={t`Reset the passwords of ${plural({ count: accountIds.length }, { one: "# account", other: "# accounts" })}`} explain={<>{explain} {USUAL}</>} initial={{ reason }} submit={submit} submitLabel={t`Reset passwords`}>
      {(form) => <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
    </FormDialog>
  );
}
