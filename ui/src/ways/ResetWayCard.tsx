/** How the passwords of a resource's accounts are changed, and over which host it is reached. */
import { t } from "@lingui/core/macro";
import { Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Resource, ResetWay } from "../api/shapes";
import { Confirm } from "../kit/Confirm";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { setJumpHost, useResetWay } from "./calls";
import { JumpDialog } from "./JumpDialog";
import { WayDialog } from "./WayDialog";
import { sentence } from "./words";

type Open = "way" | "jump" | "direct" | null;

export function ResetWayCard({ resource }: { resource: Resource }) {
  const { data, error, refetch } = useResetWay(resource.id);
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} aria-label={t`Loading`} />;
  return <Card resource={resource} way={data} />;
}

function reached({ jump_host }: ResetWay): string {
  if (!jump_host) return t`It is reached directly.`;
  return jump_host.name ? t`It is reached over ${{ host: jump_host.name }}.` : t`It is reached over a resource that you do not see.`;
}

function Card({ resource, way }: { resource: Resource; way: ResetWay }) {
  const [opened, setOpened] = useState<Open>(null);
  const why = whyNot(resource.may, "resource.change");
  const close = () => setOpened(null);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="reset-way">
      <Stack gap="sm">
        <Title order={2} size="h5" id="reset-way">
          {t`How passwords are changed here`}
        </Title>
        <Text size="sm">{sentence(way)}</Text>
        <Text size="sm">{reached(way)}</Text>
        <Group gap="xs">
          <Press size="xs" why={why} onPress={() => setOpened("way")}>
            {t`Set who changes them`}
          </Press>
          <Press size="xs" why={why} onPress={() => setOpened("jump")}>
            {t`Set jump host`}
          </Press>
          {way.jump_host && (
            <Press size="xs" why={why} onPress={() => setOpened("direct")}>
              {t`Reach it directly`}
            </Press>
          )}
        </Group>
      </Stack>
      <WayDialog resource={resource} way={way} opened={opened === "way"} onClose={close} />
      <JumpDialog resource={resource} way={way} opened={opened === "jump"} onClose={close} />
      <Confirm opened={opened === "direct"} onClose={close} title={t`Reach ${{ resource: resource.name }} directly`} confirmLabel={t`Reach it directly`} act={() => setJumpHost(resource.id, way, null)}>
        {t`Workers connect to ${{ resource: resource.address }} themselves from now on. Resets fail if they cannot.`}
      </Confirm>
    </Paper>
  );
}
