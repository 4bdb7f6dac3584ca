/** Seeing which host key a resource shows, comparing it by eye, and pinning it: a key is trusted on a person's word. */
import { t } from "@lingui/core/macro";
import { Checkbox, Code, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Probe, Resource } from "../api/shapes";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { useAction } from "../kit/useAction";
import { useResetWay } from "../ways/calls";
import { Hops } from "../ways/Hops";
import { lookForHostKey, useHostKeyLook } from "./calls";
import { Findings } from "./Findings";
import { unfinished } from "./states";

interface Props {
  resource: Resource;
  opened: boolean;
  onClose: () => void;
  pin: (host_key: string) => Promise<void>;
}

export function HostKeyLook(props: Props) {
  const { resource, opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={t`The host key of ${{ resource: resource.name }}`} closeButtonProps={{ "aria-label": t`Close` }}>
      <Look {...props} />
    </Modal>
  );
}

function Look({ resource, onClose, pin }: Props) {
  const { data, error, refetch } = useHostKeyLook(resource.id);
  const asking = useAction(() => lookForHostKey(resource.id));
  return (
    <Stack gap="sm">
      <Explanation resource={resource} />
      <Trouble failure={error && !data ? error : asking.failure} retry={error && !data ? () => void refetch() : undefined} />
      <Press why={data && unfinished(data) ? t`A worker is looking already.` : null} loading={asking.busy} onPress={() => void asking.run()}>
        {data?.state === "ended" ? t`Look again` : t`Look at the host`}
      </Press>
      {data && data.state !== "none" && <Findings probe={data} />}
      {data?.host_key && data.fingerprint && <Compare key={data.fingerprint} resource={resource} probe={data} pin={pin} done={onClose} />}
    </Stack>
  );
}

function Explanation({ resource }: { resource: Resource }) {
  const jump = useResetWay(resource.id).data?.jump_host;
  return (
    <div>
      <Text size="sm">
        {t`A worker connects to ${{ address: resource.address }} and tells which key answers. Nobody signs in on ${{ resource: resource.name }}, and nothing is trusted by it.`}
      </Text>
      {jump && <Hops jump={jump} />}
    </div>
  );
}

function Compare({ resource, probe, pin, done }: { resource: Resource; probe: Probe; pin: Props["pin"]; done: () => void }) {
  const [compared, setCompared] = useState(false);
  const pinning = useAction(() => pin(probe.host_key ?? "").then(done));
  if (probe.fingerprint === resource.host_key_fingerprint) return <Text size="sm">{t`It is the key that is pinned.`}</Text>;
  return (
    <Stack gap="xs">
      {resource.host_key_fingerprint && (
        <Text size="sm" c="red" fw={550}>
          {t`Another key is pinned. The system was set up anew, or somebody stands between it and the vault.`}
        </Text>
      )}
      <Text size="sm">{t`On the host itself, not over the network, run`}</Text>
      <Code block>{`ssh-keygen -lf /etc/ssh/${fileOf(probe.host_key)}`}</Code>
      <Text size="sm">{t`and compare it with`}</Text>
      <Code block>{probe.fingerprint}</Code>
      <Checkbox label={t`I have compared it on the host: it is the same`} checked={compared} onChange={(event) => setCompared(event.currentTarget.checked)} />
      <Trouble failure={pinning.failure} />
      <Press why={compared ? null : t`Compare it first.`} loading={pinning.busy} onPress={() => void pinning.run()}>
        {t`Pin this host key`}
      </Press>
    </Stack>
  );
}

/** Where OpenSSH keeps the public half of a host key of this kind. */
function fileOf(host_key: string | null): string {
  const kind = ["ed25519", "rsa"].find((each) => host_key?.startsWith(`ssh-${each} `)) ?? "ecdsa";
  return `ssh_host_${kind}_key.pub`;
}
