/** Editing what is known of an account, its password aside. */
import { t } from "@lingui/core/macro";
import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import { readAgain } from "../api/queries";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { editAccount } from "./calls";

export function EditAccount({ account }: { account: Account }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Press icon="edit" why={whyNot(account.may, "account.edit")} onPress={() => setOpened(true)}>
        {t`Edit`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Edit ${{ username: account.username }}`}
        initial={{ username: account.username, description: account.description }}
        submit={(values) => editAccount(account, values)}
        submitLabel={t`Save`}
        reload={() => void readAgain("account").then(() => setOpened(false))}
      >
        {(form) => (
          <>
            <TextInput label={t`User name`} required maxLength={200} data-autofocus autoCapitalize="none" spellCheck={false} autoComplete="off" {...form.getInputProps("username")} key={form.key("username")} />
            <Textarea label={t`Description (optional)`} autosize minRows={2} maxRows={6} maxLength={2000} {...form.getInputProps("description")} key={form.key("description")} />
          </>
        )}
      </FormDialog>
    </>
  );
}
