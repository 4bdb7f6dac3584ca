/** What an administrator can do about a user; never about himself. */
import { t } from "@lingui/core/macro";
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import { readAgain } from "../api/queries";
import type { User } from "../api/shapes";
import { Confirm } from "../kit/Confirm";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useCurrent } from "../sessions/session";
import { RolesField } from "./AddUser";
import { endSessions, inviteAgain, setEnabled, setRoles } from "./calls";
import { InvitationDialog, type Invited } from "./InvitationDialog";

type Doing = "roles" | "status" | "invitation" | "sessions";

const YOURSELF = t`You cannot do this to yourself.`;

export function UserActions({ user }: { user: User }) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const why = useWhy(user);
  const dialog = (what: Doing) => ({ user, opened: doing === what, onClose: () => setDoing(null) });
  return (
    <>
      <Press why={why("user.roles")} onPress={() => setDoing("roles")}>{t`Roles`}</Press>
      <Press why={why("user.invite")} onPress={() => setDoing("invitation")}>{t`New invitation`}</Press>
      <Press why={why("user.sessions-end", true)} onPress={() => setDoing("sessions")}>{t`End sessions`}</Press>
      <Press why={why("user.disable")} onPress={() => setDoing("status")}>{user.status === "disabled" ? t`Enable` : t`Disable`}</Press>
      <Roles {...dialog("roles")} />
      <Status {...dialog("status")} />
      <Invitation {...dialog("invitation")} />
      <Sessions {...dialog("sessions")} />
    </>
  );
}

function useWhy(user: User) {
  const me = useCurrent().user;
  return (operation: string, evenMe = false) => (user.id === me.id && !evenMe ? YOURSELF : whyNot(me.operations, operation));
}

interface Dialog {
  user: User;
  opened: boolean;
  onClose: () => void;
}

function Roles({ user, opened, onClose }: Dialog) {
  return (
    <FormDialog opened={opened} onClose={onClose} title={t`Roles of ${{ username: user.username }}`} initial={{ roles: user.roles }} submit={({ roles }) => setRoles(user, roles)} submitLabel={t`Save roles`} reload={() => void readAgain("user").then(onClose)}>
      {(form) => <RolesField {...form.getInputProps("roles")} key={form.key("roles")} />}
    </FormDialog>
  );
}

function Status({ user, opened, onClose }: Dialog) {
  const enable = user.status === "disabled";
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={`${enable ? t`Enable` : t`Disable`} ${user.username}`}
      explain={enable ? t`They can sign in again with the password they had.` : t`They are signed out at once and cannot sign in. What they own stays theirs.`}
      initial={{ reason: "" }}
      submit={({ reason }) => setEnabled(user, enable, reason)}
      submitLabel={enable ? t`Enable` : t`Disable`}
      danger={!enable}
    >
      {(form) => <TextInput label={t`Reason (optional)`} data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
    </FormDialog>
  );
}

function Invitation({ user, opened, onClose }: Dialog) {
  const [invited, setInvited] = useState<Invited | null>(null);
  return (
    <>
      <Confirm opened={opened} onClose={onClose} title={t`New invitation for ${{ username: user.username }}`} confirmLabel={t`Invite again`} act={async () => setInvited(await inviteAgain(user))}>
        {t`Their password and any older link stop working now, and their sessions end. The new link lets them choose a new password.`}
      </Confirm>
      <InvitationDialog invited={invited} onClose={() => setInvited(null)} />
    </>
  );
}

function Sessions({ user, opened, onClose }: Dialog) {
  return (
    <Confirm opened={opened} onClose={onClose} title={t`End all sessions of ${{ username: user.username }}`} confirmLabel={t`End sessions`} act={() => endSessions(user)}>
      {t`They are signed out everywhere and can sign in again.`}
    </Confirm>
  );
}
