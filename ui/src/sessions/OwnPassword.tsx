/** Changing my own password. */
import { t } from "@lingui/core/macro";
import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { answer, client } from "../api/client";
import { Problem } from "../api/problems";
import { readAgain } from "../api/queries";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { tellRecorded } from "../kit/told";

const EMPTY = { current_password: "", new_password: "", again: "" };

export function OwnPassword() {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Press onPress={() => setOpened(true)}>{t`Change my password`}</Press>
      <FormDialog opened={opened} onClose={() => setOpened(false)} title={t`Change my password`} initial={EMPTY} submit={change} submitLabel={t`Change password`}>
        {(form) => (
          <>
            <PasswordInput label={t`Current password`} required autoComplete="current-password" {...form.getInputProps("current_password")} key={form.key("current_password")} />
            <PasswordInput label={t`New password`} required autoComplete="new-password" {...form.getInputProps("new_password")} key={form.key("new_password")} />
            <PasswordInput label={t`New password again`} required autoComplete="new-password" {...form.getInputProps("again")} key={form.key("again")} />
          </>
        )}
      </FormDialog>
    </>
  );
}

/** Typed twice, because nobody sees what is typed. */
export function mustMatch(password: string, again: string): void {
  if (password !== again) {
    const fields = [{ field: "again", message: t`It differs from the first one.` }];
    throw new Problem("invalid", t`The two passwords differ`, 422, t`Type the same password twice.`, fields);
  }
}

async function change({ current_password, new_password, again }: typeof EMPTY): Promise<void> {
  mustMatch(new_password, again);
  const done = await answer(client.POST("/api/v1/me/password", { body: { current_password, new_password } }));
  tellRecorded(t`Your password is changed`, done.position);
  await readAgain("session");
}
