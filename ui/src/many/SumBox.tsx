/** What a share would change on all that were chosen. */
import { Skeleton, Stack, Text } from "@mantine/core";
import type { Thing, Wanted } from "../access/calls";
import styles from "../access/Explained.module.css";
import { accounts } from "../batches/progress";
import { Trouble } from "../kit/Trouble";
import { type Sum, useSum } from "./explained";

export function SumBox({ things, userId, wanted }: { things: readonly Thing[]; userId: string; wanted: Wanted | null }) {
  const { data, error, refetch } = useSum(things, userId, wanted);
  if (userId === "") return null;
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  return (
    <section aria-label="What follows" aria-live="polite" aria-busy={!data} className={styles.box}>
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
      {sum.same > 0 && <Text size="sm">{`On ${sum.same} of ${sum.things} nothing changes${sum.owned > 0 ? `; ${sum.owned} of them are theirs, and are refused` : ""}.`}</Text>}
      {!sum.able && <Text size="sm">They cannot sign in now, or their roles do not include seeing accounts: until that changes, it gives them nothing.</Text>}
      {sum.known.size > 0 && <Text size="sm">{`They have seen the present passwords of ${accounts(sum.known.size)}${taking ? ": reset these afterwards" : ""}.`}</Text>}
    </Stack>
  );
}

function linesOf({ gains, loses, raised, lowered }: Sum): [boolean, string][] {
  const all: [number, boolean, string][] = [
    [gains, true, `Can then see and show the passwords of ${accounts(gains)}.`],
    [loses, false, `Can no longer see and show the passwords of ${accounts(loses)}.`],
    [raised, true, `On ${raised} they can do more than now.`],
    [lowered, false, `On ${lowered} they can do less than now.`],
  ];
  return all.filter(([count]) => count > 0).map(([, more, words]) => [more, words]);
}
