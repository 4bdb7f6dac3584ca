/** How the passwords of a resource's accounts are changed, and over which host it is reached. */
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
  if (!data) return <Skeleton height={120} aria-label="Loading" />;
  return <Card resource={resource} way={data} />;
}

function Card({ resource, way }: { resource: Resource; way: ResetWay }) {
  const [opened, setOpened] = useState<Open>(null);
  const why = whyNot(resource.may, "resource.change");
  const close = () => setOpened(null);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="reset-way">
      <Stack gap="sm">
        <Title order={2} size="h5" id="reset-way">
          How passwords are changed here
        </Title>
        <Text size="sm">{sentence(way)}</Text>
        <Text size="sm">{way.jump_host ? `It is reached over ${way.jump_host.name ?? "a resource that you do not see"}.` : "It is reached directly."}</Text>
        <Group gap="xs">
          <Press size="xs" why={why} onPress={() => setOpened("way")}>
            Set who changes them
          </Press>
          <Press size="xs" why={why} onPress={() => setOpened("jump")}>
            Set jump host
          </Press>
          {way.jump_host && (
            <Press size="xs" why={why} onPress={() => setOpened("direct")}>
              Reach it directly
            </Press>
          )}
        </Group>
      </Stack>
      <WayDialog resource={resource} way={way} opened={opened === "way"} onClose={close} />
      <JumpDialog resource={resource} way={way} opened={opened === "jump"} onClose={close} />
      <Confirm opened={opened === "direct"} onClose={close} title={`Reach ${resource.name} directly`} confirmLabel="Reach it directly" act={() => setJumpHost(resource.id, way, null)}>
        Workers connect to {resource.address} themselves from now on. Resets fail if they cannot.
      </Confirm>
    </Paper>
  );
}
