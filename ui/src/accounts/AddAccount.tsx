/** Adding an account to a resource. */
import { t } from "@lingui/core/macro";
import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { whyNot } from "../access/why";
import type { Resource } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { addAccount, type NewAccount } from "./calls";
import { NewPasswordFields } from "./NewPasswordFields";

const EMPTY: NewAccount & Record<string, unknown> = { username: "", description: "", generate: false, password: "" };

export function AddAccount({ resource }: { resource: Resource }) {
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const once = useIdempotencyKey();

  async function submit(values: NewAccount) {
    const id = await once(values, (headers) => addAccount(resource.id, values, headers));
    await navigate(paths.account(id));
  }

  return (
    <>
      <Press icon="plus" variant="filled" why={whyNot(resource.may, "account.add")} onPress={() => setOpened(true)}>
        {t`Add account`}
      </Press>
      <FormDialog opened={opened} onClose={() => setOpened(false)} title={t`Add an account of ${{ resource: resource.name }}`} initial={EMPTY} submit={submit} submitLabel={t`Add account`}>
        {(form) => (
          <>
            <TextInput label={t`User name`} description={t`The login as the resource knows it.`} required maxLength={200} data-autofocus autoCapitalize="none" spellCheck={false} autoComplete="off" {...form.getInputProps("username")} key={form.key("username")} />
            <NewPasswordFields form={form} typedLabel={t`Enter the password it has now`} />
            <Textarea label={t`Description (optional)`} autosize minRows={2} maxRows={6} maxLength={2000} {...form.getInputProps("description")} key={form.key("description")} />
          </>
        )}
      </FormDialog>
    </>
  );
}
