/** Adding a user: a name and roles; the password is theirs to choose. */
import { t } from "@lingui/core/macro";
import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useAddressed } from "../kit/useAddressed";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { useCurrent } from "../sessions/session";
import { addUser, type NewUser } from "./calls";
import { InvitationDialog, type Invited } from "./InvitationDialog";
import { ROLE_CHOICES } from "./roles";

const EMPTY: NewUser & Record<string, unknown> = { username: "", display_name: "", email: "", roles: ["password-user"] };

export function AddUser() {
  const why = whyNot(useCurrent().user.operations, "user.add");
  const [opened, open, close] = useAddressed("add", why === null);
  const [invited, setInvited] = useState<Invited | null>(null);
  const once = useIdempotencyKey();

  async function submit(values: NewUser) {
    setInvited(await once(values, (headers) => addUser(values, headers)));
  }

  return (
    <>
      <Press variant="filled" icon="plus" why={why} onPress={open}>
        {t`Add user`}
      </Press>
      <FormDialog opened={opened} onClose={close} title={t`Add a user`} explain={t`They choose their password themselves, with a link that you get next.`} initial={EMPTY} submit={submit} submitLabel={t`Add user`}>
        {(form) => (
          <>
            <TextInput label={t`User name`} required maxLength={100} data-autofocus autoCapitalize="none" spellCheck={false} autoComplete="off" {...form.getInputProps("username")} key={form.key("username")} />
            <TextInput label={t`Full name`} required maxLength={200} autoComplete="off" {...form.getInputProps("display_name")} key={form.key("display_name")} />
            <TextInput label={t`Email (optional)`} type="email" maxLength={254} autoComplete="off" {...form.getInputProps("email")} key={form.key("email")} />
            <RolesField {...form.getInputProps("roles")} key={form.key("roles")} />
          </>
        )}
      </FormDialog>
      <InvitationDialog invited={invited} onClose={() => setInvited(null)} />
    </>
  );
}

export function RolesField(props: Omit<React.ComponentProps<typeof Checkbox.Group>, "children">) {
  return (
    <Checkbox.Group {...props} label={t`Roles`}>
      <Stack gap={6} mt={4}>
        {ROLE_CHOICES.map(({ value, label }) => (
          <Checkbox key={value} value={value} label={label} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
