/** One account: its password, what was done to it, and who has access. */
import { t } from "@lingui/core/macro";
import { Skeleton, Stack, Tabs } from "@mantine/core";
import { useParams } from "react-router";
import { AccessPanel } from "../access/AccessPanel";
import { SeersThen } from "../access/SeersThen";
import { StarButton } from "../hand/StarButton";
import { Page } from "../kit/Page";
import type { Account } from "../api/shapes";
import { Trouble } from "../kit/Trouble";
import { useAddress } from "../kit/useAddress";
import { paths } from "../paths";
import { ResetsOfAccount } from "../resets/ResetsOfAccount";
import { Verification } from "../probes/Verification";
import { HelperCard } from "../ways/HelperCard";
import { AccountFacts } from "./AccountFacts";
import { useAccount } from "./calls";
import { CurrentPassword } from "./CurrentPassword";
import { EditAccount } from "./EditAccount";
import { MoveAccount } from "./MoveAccount";
import { PastPasswords } from "./PastPasswords";
import { TimelineOf } from "./TimelineOf";

const TRAIL = [{ label: t`Accounts`, to: paths.accounts() }];

export function Component() {
  const { accountId = "" } = useParams();
  const { data, error, refetch } = useAccount(accountId);
  if (error && !data) return <Page title={t`Account`} trail={TRAIL}><Trouble failure={error} retry={() => void refetch()} /></Page>;
  if (!data) return <Skeleton height={240} aria-label={t`Loading`} />;
  return <Whole key={data.id} account={data} />;
}

function Whole({ account }: { account: Account }) {
  const { resource, username } = account;
  const trail = [{ label: t`Resources`, to: paths.resources() }, { label: resource.name, to: paths.resource(resource.id) }];
  return (
    <Page title={t`${username} on ${{ resource: resource.name }}`} trail={trail} explain={account.description} actions={<Actions account={account} />}>
      <CurrentPassword account={account} />
      <Parts account={account} />
    </Page>
  );
}

function Actions({ account }: { account: Account }) {
  return (
    <>
      <StarButton kind="account" id={account.id} name={account.username} />
      <MoveAccount account={account} />
      <EditAccount account={account} />
    </>
  );
}

function Parts({ account }: { account: Account }) {
  const address = useAddress();
  return (
    <Tabs value={address.get("tab") || "resets"} onChange={(tab) => address.set("tab", tab)} keepMounted={false}>
      <Tabs.List aria-label={t`Parts of this account`}>
        <Tabs.Tab value="resets">{t`Resets`}</Tabs.Tab>
        <Tabs.Tab value="verification">{t`Verification`}</Tabs.Tab>
        <Tabs.Tab value="passwords">{t`Past passwords`}</Tabs.Tab>
        <Tabs.Tab value="timeline">{t`Timeline`}</Tabs.Tab>
        <Tabs.Tab value="sharing">{t`Sharing`}</Tabs.Tab>
        <Tabs.Tab value="details">{t`Details`}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="resets" pt="md">
        <ResetsOfAccount accountId={account.id} />
      </Tabs.Panel>
      <Tabs.Panel value="verification" pt="md">
        <Verification account={account} />
      </Tabs.Panel>
      <Tabs.Panel value="passwords" pt="md">
        <PastPasswords account={account} />
      </Tabs.Panel>
      <Tabs.Panel value="timeline" pt="md">
        <TimelineOf account={account} />
      </Tabs.Panel>
      <Tabs.Panel value="sharing" pt="md">
        <Stack gap="md">
          <AccessPanel thing={{ shared: "account", id: account.id }} may={account.may} />
          <SeersThen accountId={account.id} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="details" pt="md">
        <Stack gap="md">
          <AccountFacts account={account} />
          <HelperCard account={account} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
}
