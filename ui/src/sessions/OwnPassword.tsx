/** Changing my own password. */
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
      <Press onPress={() => setOpened(true)}>Change my password</Press>
      <FormDialog opened={opened} onClose={() => setOpened(false)} title="Change my password" initial={EMPTY} submit={change} submitLabel="Change password">
        {(form) => (
          <>
            <PasswordInput label="Current password" required autoComplete="current-password" {...form.getInputProps("current_password")} key={form.key("current_password")} />
            <PasswordInput label="New password" required autoComplete="new-password" {...form.getInputProps("new_password")} key={form.key("new_password")} />
            <PasswordInput label="New password again" required autoComplete="new-password" {...form.getInputProps("again")} key={form.key("again")} />
          </>
        )}
      </FormDialog>
    </>
  );
}

/** Typed twice, because nobody sees what is typed. */
export function mustMatch(password: string, again: string): void {
  if (password !== again) {
    const fields = [{ field: "again", message: "It differs from the first one." }];
    throw new Problem("invalid", "The two passwords differ", 422, "Type the same password twice.", fields);
  }
}

async function change({ current_password, new_password, again }: typeof EMPTY): Promise<void> {
  mustMatch(new_password, again);
  const done = await answer(client.POST("/api/v1/me/password", { body: { current_password, new_password } }));
  tellRecorded("Your password is changed", done.position);
  await readAgain("session");
}
