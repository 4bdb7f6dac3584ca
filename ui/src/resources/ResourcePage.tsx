/** One resource: its accounts, what it is, and who has access. */
import { t } from "@lingui/core/macro";
import { Paper, Skeleton, Stack, Tabs } from "@mantine/core";
import { useState } from "react";
import { useParams } from "react-router";
import { AccessPanel } from "../access/AccessPanel";
import { whyNot } from "../access/why";
import { ResourceAccounts } from "../accounts/ResourceAccounts";
import type { Resource } from "../api/shapes";
import { StarButton } from "../hand/StarButton";
import { Page } from "../kit/Page";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { editResource, useResource } from "./calls";
import { HandOver } from "./HandOver";
import { ResourceDialog } from "./ResourceDialog";
import { ResourceFacts } from "./ResourceFacts";
import { ResetWayCard } from "../ways/ResetWayCard";

const TRAIL = [{ label: t`Resources`, to: paths.resources() }];

export function Component() {
  const { resourceId = "" } = useParams();
  const { data, error, refetch } = useResource(resourceId);
  if (error && !data) return <Page title={t`Resource`} trail={TRAIL}><Trouble failure={error} retry={() => void refetch()} /></Page>;
  if (!data) return <Skeleton height={240} aria-label={t`Loading`} />;
  return <Whole key={data.id} resource={data} />;
}

function Whole({ resource }: { resource: Resource }) {
  const address = useAddress();
  return (
    <Page title={resource.name} trail={TRAIL} explain={resource.description} actions={<Actions resource={resource} />}>
      <Tabs value={address.get("tab") || "accounts"} onChange={(tab) => address.set("tab", tab)} keepMounted={false}>
        <Tabs.List aria-label={t`Parts of this resource`}>
          <Tabs.Tab value="accounts">{t`Accounts`}</Tabs.Tab>
          <Tabs.Tab value="details">{t`Details`}</Tabs.Tab>
          <Tabs.Tab value="sharing">{t`Sharing`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="accounts" pt="md">
          <ResourceAccounts resource={resource} />
        </Tabs.Panel>
        <Tabs.Panel value="details" pt="md">
          <Stack gap="md">
            <Paper withBorder p="md">
              <ResourceFacts resource={resource} />
            </Paper>
            <ResetWayCard resource={resource} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="sharing" pt="md">
          <AccessPanel thing={{ shared: "resource", id: resource.id }} may={resource.may} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Actions({ resource }: { resource: Resource }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <StarButton kind="resource" id={resource.id} name={resource.name} />
      <Press icon="edit" why={whyNot(resource.may, "resource.change")} onPress={() => setOpened(true)}>
        {t`Edit`}
      </Press>
      <HandOver resource={resource} />
      <ResourceDialog resource={resource} opened={opened} onClose={() => setOpened(false)} save={(body) => editResource(resource, body)} />
    </>
  );
}
