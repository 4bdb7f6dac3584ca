/** One reset, from its reason to its end. */
import { t } from "@lingui/core/macro";
import { Anchor, Paper, Skeleton } from "@mantine/core";
import { Link, useParams } from "react-router";
import type { Reset } from "../api/shapes";
import { Facts } from "../kit/Facts";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useReset } from "./calls";
import { Progress } from "./ResetProgress";

export function Component() {
  const { resetId = "" } = useParams();
  const { data, error, refetch } = useReset(resetId);
  const trail = [{ label: t`Accounts`, to: paths.accounts() }];
  return (
    <Page title={t`Reset`} trail={trail}>
      {error && !data && <Trouble failure={error} retry={() => void refetch()} />}
      {!error && !data && <Skeleton height={160} aria-label={t`Loading`} />}
      {data && <Whole reset={data} />}
    </Page>
  );
}

function Whole({ reset }: { reset: Reset }) {
  return (
    <>
      <Paper withBorder p="md">
        <Facts
          facts={[
            [t`Account`, <Anchor key="account" component={Link} to={paths.account(reset.account_id)} size="sm">{t`Go to the account`}</Anchor>],
            [t`Asked for by`, reset.requested_by.name],
            [t`Reason`, reset.reason],
            [t`Asked for`, <Moment key="opened" at={reset.opened_at} />],
            [t`Attempts`, reset.attempts],
            [t`Ended`, <Moment key="ended" at={reset.ended_at} never={t`not yet`} />],
          ]}
        />
      </Paper>
      <Paper withBorder p="md">
        <Progress reset={reset} />
      </Paper>
    </>
  );
}
