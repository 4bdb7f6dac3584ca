/** Asking for a reset. */
import { t } from "@lingui/core/macro";
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useAddress } from "../kit/useAddress";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { openReset } from "./calls";

const EMPTY = { reason: "", ticket: "" };
const RUNNING = t`A reset of this account is running already.`;

export function ResetButton({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  const address = useAddress();
  const once = useIdempotencyKey();
  const why = whyNot(account.may, "account.reset") ?? (account.reset_state === "open" ? RUNNING : null);

  async function submit(values: typeof EMPTY) {
    await once(values, (headers) => openReset(account.id, values, headers));
    address.set("tab", null);
  }

  return (
    <>
      <Press icon="renew" why={why} onPress={() => setOpened(true)}>
        {t`Reset password`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Reset the password of ${{ username: account.username }}`}
        explain={t`A new password is made, set on ${{ resource: account.resource.name }} and checked by a fresh login. Whoever uses the present one loses it.`}
        initial={EMPTY}
        submit={submit}
        submitLabel={t`Reset password`}
      >
        {(form) => (
          <>
            <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
            <TextInput label={t`Ticket (optional)`} maxLength={64} {...form.getInputProps("ticket")} key={form.key("ticket")} />
          </>
        )}
      </FormDialog>
    </>
  );
}
