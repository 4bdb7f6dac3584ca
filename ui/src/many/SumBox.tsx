/** What a share would change on all that were chosen. */
import { plural, t } from "@lingui/core/macro";
import { Skeleton, Stack, Text } from "@mantine/core";
import type { Thing, Wanted } from "../access/calls";
import styles from "../access/Explained.module.css";
import { Trouble } from "../kit/Trouble";
import { type Sum, useSum } from "./explained";

export function SumBox({ things, userId, wanted }: { things: readonly Thing[]; userId: string; wanted: Wanted | null }) {
  const { data, error, refetch } = useSum(things, userId, wanted);
  if (userId === "") return null;
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  return (
    <section aria-label={t`What follows`} aria-live="polite" aria-busy={!data} className={styles.box}>
      {data ? <Said sum={data} taking={wanted === null} /> : <Skeleton height={48} />}
    </section>
  );
}

function Said({ sum, taking }: { sum: Sum; taking: boolean }) {
  return (
    <Stack gap={6}>
      <ul className={styles.steps}>
        {linesOf(sum).map(([more, words]) => (
          <li key={words} data-more={more}>
            {words}
          </li>
        ))}
      </ul>
      {sum.same > 0 && <Text size="sm">{unchanged(sum)}</Text>}
      {!sum.able && <Text size="sm">{t`They cannot sign in now, or their roles do not include seeing accounts: until that changes, it gives them nothing.`}</Text>}
      {sum.known.size > 0 && <Text size="sm">{seen(sum.known.size, taking)}</Text>}
    </Stack>
  );
}

function unchanged({ same, things, owned }: Sum): string {
  return owned > 0 ? t`On ${same} of ${things} nothing changes; ${owned} of them are theirs, and are refused.` : t`On ${same} of ${things} nothing changes.`;
}

function seen(count: number, taking: boolean): string {
  return taking
    ? plural(count, { one: "They have seen the present password of # account: reset it afterwards.", other: "They have seen the present passwords of # accounts: reset these afterwards." })
    : plural(count, { one: "They have seen the present password of # account.", other: "They have seen the present passwords of # accounts." });
}

function linesOf({ gains, loses, raised, lowered }: Sum): [boolean, string][] {
  const all: [number, boolean, string][] = [
    [gains, true, t`Can then see and show the passwords of ${plural({ gains: gains }, { one: "# account", other: "# accounts" })}.`],
    [loses, false, t`Can no longer see and show the passwords of ${plural({ loses: loses }, { one: "# account", other: "# accounts" })}.`],
    [raised, true, t`On ${raised} they can do more than now.`],
    [lowered, false, t`On ${lowered} they can do less than now.`],
  ];
  return all.filter(([count]) => count > 0).map(([, more, words]) => [more, words]);
}
