/** The first page: what there is, what needs somebody, how much happened. */
import { t } from "@lingui/core/macro";
import { Skeleton } from "@mantine/core";
import type { Dashboard } from "../api/shapes";
import { AtHandCard } from "../hand/AtHandCard";
import { Columns } from "../kit/Columns";
import { Page } from "../kit/Page";
import { type Stat, Stats } from "../kit/Stats";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useCurrent, useMay } from "../sessions/session";
import { ActivityCard } from "./ActivityCard";
import { AgesCard } from "./AgesCard";
import { useDashboard } from "./calls";
import { BatchesCard } from "./BatchesCard";
import { FirstSteps } from "./FirstSteps";
import { HealthCard } from "../system/HealthCard";
import { NeedsCard } from "./NeedsCard";

export function Component() {
  const { display_name } = useCurrent().user;
  const { data, error, refetch } = useDashboard();
  return (
    <Page title={t`Overview`} explain={t`Signed in as ${display_name}. Everything here counts what you may see, and nothing else.`}>
      {error && !data && <Trouble failure={error} retry={() => void refetch()} />}
      {!error && !data && <Skeleton height={240} aria-label={t`Loading`} />}
      {data && <Whole dashboard={data} />}
    </Page>
  );
}

function Whole({ dashboard: { counts, needs } }: { dashboard: Dashboard }) {
  return (
    <>
      <Stats stats={statsOf(counts)} />
      <Columns beside={<Beside counts={counts} />}>
        {counts.accounts === 0 && <FirstSteps resources={counts.resources} />}
        {counts.accounts > 0 && <NeedsCard needs={needs} />}
        <ActivityCard />
      </Columns>
    </>
  );
}

function Beside({ counts }: { counts: Dashboard["counts"] }) {
  const operates = useMay("system.view");
  const resets = useMay("account.reset");
  return (
    <>
      <AtHandCard />
      {resets && <BatchesCard />}
      {counts.accounts > 0 && <AgesCard ages={counts.ages} />}
      {operates && <HealthCard />}
    </>
  );
}

function statsOf(counts: Dashboard["counts"]): Stat[] {
  const { resources, accounts, people, resets_running, in_doubt } = counts;
  return [
    { name: t`Resources`, value: resources, to: paths.resources() },
    { name: t`Accounts`, value: accounts, to: paths.accounts() },
    ...(people === null ? [] : [{ name: t`People`, value: people, to: paths.users() }]),
    { name: t`Resets running`, value: resets_running },
    { name: t`Passwords in doubt`, value: in_doubt, tone: in_doubt > 0 ? "careful" : undefined },
  ];
}
