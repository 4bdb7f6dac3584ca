/** Changing a password in the vault only: it was changed on the resource by other means. */
import { t } from "@lingui/core/macro";
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { changePassword } from "./calls";
import { NewPasswordFields } from "./NewPasswordFields";

const EMPTY = { generate: false, password: "", reason: "" };

export function ChangePassword({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Press icon="edit" why={whyNot(account.may, "account.change")} onPress={() => setOpened(true)}>
        {t`Change password`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Change the password of ${{ username: account.username }}`}
        explain={t`In the vault only: nothing happens on ${{ resource: account.resource.name }}. Use it when the password was changed there by other means; otherwise reset it.`}
        initial={EMPTY}
        submit={({ reason, ...password }) => changePassword(account.id, password, reason)}
        submitLabel={t`Change password`}
      >
        {(form) => (
          <>
            <NewPasswordFields form={form} typedLabel={t`Enter the one it has now`} />
            <TextInput label={t`Reason (optional)`} maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
          </>
        )}
      </FormDialog>
    </>
  );
}
