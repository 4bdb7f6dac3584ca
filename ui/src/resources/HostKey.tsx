/** The SSH host key that a person has pinned; a host with another key is refused. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Group, Stack, Textarea } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Resource } from "../api/shapes";
import { readAgain } from "../api/queries";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { HostKeyLook } from "../probes/HostKeyLook";
import { pinHostKey } from "./calls";

const EMPTY = { host_key: "" };

export function HostKey({ resource }: { resource: Resource }) {
  const [opened, setOpened] = useState(false);
  const [looking, setLooking] = useState(false);
  const why = whyNot(resource.may, "resource.change");
  const pinned = resource.host_key_fingerprint;
  return (
    <Stack gap={6} align="flex-start">
      {pinned ? <span className="sr-mono">{pinned}</span> : <span>{t`Not pinned: passwords cannot be reset over SSH yet.`}</span>}
      <Group gap="xs">
        <Press size="xs" why={why} onPress={() => setLooking(true)}>
          {t`Look for it`}
        </Press>
        <Press size="xs" why={why} onPress={() => setOpened(true)}>
          {pinned ? t`Pin another host key` : t`Pin host key`}
        </Press>
      </Group>
      <HostKeyLook resource={resource} opened={looking} onClose={() => setLooking(false)} pin={(key) => pinHostKey(resource, key)} />
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Pin the host key of ${{ resource: resource.name }}`}
        explain={
          <>
            <Trans>Read it on the host itself, for example with <code>cat /etc/ssh/ssh_host_ed25519_key.pub</code>. A key fetched over the network proves nothing.</Trans>
          </>
        }
        initial={EMPTY}
        submit={({ host_key }) => pinHostKey(resource, host_key.trim())}
        submitLabel={t`Pin host key`}
        reload={() => void readAgain("resource").then(() => setOpened(false))}
      >
        {(form) => <Textarea label={t`Public key or known_hosts line`} required autosize minRows={3} placeholder={t`ssh-ed25519 AAAA…`} spellCheck={false} classNames={{ input: "sr-mono" }} data-autofocus {...form.getInputProps("host_key")} key={form.key("host_key")} />}
      </FormDialog>
    </Stack>
  );
}
