/** The link that lets somebody choose a password: shown once, here, and nowhere again. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { clipboardWorks, putForAWhile } from "../kit/clipboard";
import { Icon } from "../kit/icons";
import { Moment } from "../kit/Moment";
import { Press } from "../kit/Press";
import { invitationLink } from "../paths";

export interface Invited {
  username: string;
  token: string | null;
  endsAt: string | null;
}

interface InvitationDialogProps {
  invited: Invited | null;
  onClose: () => void;
}

export function InvitationDialog({ invited, onClose }: InvitationDialogProps) {
  return (
    <Modal opened={invited !== null} onClose={onClose} size="lg" title={t`Invitation for ${{ username: invited?.username ?? "" }}`} closeOnClickOutside={false} transitionProps={{ duration: 0 }} closeButtonProps={{ "aria-label": t`Close` }}>
      {invited && (invited.token === null ? <Lost invited={invited} onClose={onClose} /> : <Once invited={invited} token={invited.token} onClose={onClose} />)}
    </Modal>
  );
}

function Once({ invited, token, onClose }: { invited: Invited; token: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const link = invitationLink(location.origin, token);
  return (
    <Stack gap="sm">
      <Alert color="orange" variant="light" icon={<Icon name="warning" />} title={t`Shown only now`}>
        {t`Give this link to ${{ username: invited.username }} yourself, over a way that only they read. Whoever opens it first chooses the password.`}
      </Alert>
      <Text className="sr-mono" aria-label={t`Invitation link`} role="group">
        {link}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        <Trans>It works once, until <Moment at={invited.endsAt} />.</Trans>
      </Text>
      <Group justify="flex-end">
        <Press icon="copy" why={clipboardWorks() ? null : t`This browser lets pages write to the clipboard over HTTPS only.`} onPress={() => void putForAWhile(Promise.resolve(link)).then(() => setCopied(true))}>
          {copied ? t`Copied` : t`Copy link`}
        </Press>
        <Button onClick={onClose}>{t`Done`}</Button>
      </Group>
    </Stack>
  );
}

function Lost({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t`${{ username: invited.username }} had been added already when this was repeated, and a link is said only once. Open the user and press New invitation.`}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t`Done`}</Button>
      </Group>
    </Stack>
  );
}
