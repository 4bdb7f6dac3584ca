/** The installation, for administrators: what is wrong and what to do, what runs, how far everything is. */
import { t } from "@lingui/core/macro";
import { Skeleton } from "@mantine/core";
import type { System } from "../api/shapes";
import { Columns } from "../kit/Columns";
import { Page } from "../kit/Page";
import { Sign } from "../kit/Sign";
import { type Stat, Stats } from "../kit/Stats";
import { Trouble } from "../kit/Trouble";
import { useSystem } from "./calls";
import { FindingsCard } from "./FindingsCard";
import { KeysCard, LogCard } from "./LogCard";
import { ProcessesCard } from "./ProcessesCard";
import { ReadModelsCard } from "./ReadModelsCard";
import { RunsCard } from "./RunsCard";
import { verdict } from "./words";

export function Component() {
  const { data, error, refetch } = useSystem();
  return (
    <Page title={t`System`} explain={t`What this Strongroom is made of, as its api sees it now.`} actions={data && <Verdict findings={data.findings} />}>
      {error && <Trouble failure={error} retry={() => void refetch()} />}
      {!error && !data && <Skeleton height={240} aria-label={t`Loading`} />}
      {data && <Whole system={data} />}
    </Page>
  );
}

function Verdict({ findings }: { findings: System["findings"] }) {
  const { tone, says } = verdict(findings);
  return (
    <div role="status">
      <Sign tone={tone}>{says}</Sign>
    </div>
  );
}

function Whole({ system }: { system: System }) {
  return (
    <>
      <Stats stats={statsOf(system)} />
      <Columns
        beside={
          <>
            <ProcessesCard processes={system.processes} />
            <LogCard system={system} />
            <KeysCard keys={system.keys} />
          </>
        }
      >
        <FindingsCard findings={system.findings} />
        <ReadModelsCard models={system.read_models} />
        <RunsCard />
      </Columns>
    </>
  );
}

function statsOf({ log, read_models, streams }: System): Stat[] {
  const furthest = Math.max(0, ...read_models.map((each) => each.behind));
  const bus = log.bus === null ? 0 : Math.max(0, log.position - log.bus);
  return [
    { name: t`Events in the log`, value: log.position },
    { name: t`Waiting to be recorded`, value: log.waiting },
    { name: t`Read models behind`, value: furthest, tone: furthest > 1000 ? "careful" : undefined },
    { name: t`Not on the bus yet`, value: bus, tone: bus > 1000 ? "careful" : undefined },
    { name: t`Browsers listening`, value: streams },
  ];
}
