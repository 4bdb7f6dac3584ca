/** Asking why several accounts are to be reset; then the batch is recorded, and its page opens each. */
import { TextInput } from "@mantine/core";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { FormDialog } from "../kit/FormDialog";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { openBatch } from "./calls";
import { accounts } from "./progress";

interface ResetDialogProps {
  accountIds: readonly string[];
  opened: boolean;
  onClose: () => void;
  explain?: ReactNode;
  /** A reason to begin with. */
  reason?: string;
}

const USUAL = "Each gets a new password of its own, set on its resource and checked by a fresh login. Whoever uses the present ones loses them. One that cannot be reset stops none of the others.";

export function ResetDialog({ accountIds, opened, onClose, explain, reason = "" }: ResetDialogProps) {
  const navigate = useNavigate();
  const once = useIdempotencyKey();

  async function submit(values: { reason: string }) {
    const wanted = { account_ids: [...accountIds], reason: values.reason };
    const id = await once(wanted, (headers) => openBatch(wanted, headers));
    await navigate(paths.batch(id), { state: { begin: true } });
  }

  return (
    <FormDialog opened={opened} onClose={onClose} title={`Reset the passwords of ${accounts(accountIds.length)}`} explain={<>{explain} {USUAL}</>} initial={{ reason }} submit={submit} submitLabel="Reset passwords">
      {(form) => <TextInput label="Reason" required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
    </FormDialog>
  );
}
