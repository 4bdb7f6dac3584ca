/** What a share would change, as the server explains it: before it is given, changed or taken back. */
import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Consequence } from "../api/shapes";
import { Facts } from "../kit/Facts";
import { Icon } from "../kit/icons";
import { Moment } from "../kit/Moment";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { type Thing, useConsequence, type Wanted } from "./calls";
import styles from "./Explained.module.css";
import type { Shared } from "./levels";
import { changesNothing, standing, steps } from "./words";

const NAMED = 5;

interface ExplainedProps {
  thing: Thing;
  /** Whom it is about; nobody yet, nothing said. */
  userId: string;
  /** What he would be given; null: his share is taken back. */
  wanted: Wanted | null;
}

export function Explained({ thing, userId, wanted }: ExplainedProps) {
  const { data, error, refetch } = useConsequence(thing, userId, wanted);
  if (userId === "") return null;
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  return (
    <section aria-label={t`What follows`} aria-live="polite" aria-busy={!data} className={styles.box}>
      {data ? <Said consequence={data} shared={thing.shared} taking={wanted === null} /> : <Skeleton height={72} />}
    </section>
  );
}

function Said({ consequence, shared, taking }: { consequence: Consequence; shared: Shared; taking: boolean }) {
  const { before, after, narrower, able, known } = consequence;
  return (
    <Stack gap="xs">
      <Facts
        facts={[
          [t`Now`, standing(before, shared)],
          [t`Then`, changesNothing(consequence) ? t`the same: nothing changes` : standing(after, shared)],
        ]}
      />
      <ul className={styles.steps}>
        {steps(consequence).map(({ more, words }) => (
          <li key={words} data-more={more}>
            {words}
          </li>
        ))}
      </ul>
      {narrower > 0 && <Text size="sm">{t`On ${plural({ narrower: narrower }, { one: "# account", other: "# accounts" })} a share of the account itself decides; that stays as it is.`}</Text>}
      {!able && <Text size="sm">{t`They cannot sign in now, or their roles do not include seeing accounts: until that changes, it gives them nothing.`}</Text>}
      {taking && <Text size="sm">{t`It acts at once, on pages that are open too.`}</Text>}
      {known && known.length > 0 && <Knows known={known} taking={taking} />}
    </Stack>
  );
}

function Knows({ known, taking }: { known: NonNullable<Consequence["known"]>; taking: boolean }) {
  const more = known.length - NAMED;
  return (
    <Alert color="orange" variant="light" icon={<Icon name="warning" />} title={t`Has seen the password of ${plural({ count: known.length }, { one: "# account", other: "# accounts" })}`}>
      <ul className={styles.known}>
        {known.slice(0, NAMED).map(({ account_id, username, shown_at }) => (
          <li key={account_id}>
            <Trans><Anchor component={Link} to={paths.account(account_id)} size="sm" underline="always">
              {username}
            </Anchor>
            : last <Moment at={shown_at} />, since it was set</Trans>
          </li>
        ))}
        {more > 0 && <li>{t`and ${plural({ more: more }, { one: "# account", other: "# accounts" })} more`}</li>}
      </ul>
      {taking && <Text size="sm">{t`Nobody forgets a password because a share ends: reset what they know. You are asked next.`}</Text>}
    </Alert>
  );
}
