/** The hosts between us and a resource, the nearest to it first, and who signs in on each. */
import { Text } from "@mantine/core";
import type { ResetWay } from "../api/shapes";
import { useResetWay } from "./calls";
import { hopSentence } from "./words";

type Jump = NonNullable<ResetWay["jump_host"]>;

const MOST = 3;

export function Hops({ jump, most = MOST }: { jump: Jump; most?: number }) {
  return jump.name === null ? <Text size="sm">{hopSentence(jump, undefined)}</Text> : <Seen jump={jump} most={most} />;
}

function Seen({ jump, most }: { jump: Jump; most: number }) {
  const { data } = useResetWay(jump.id);
  return (
    <>
      <Text size="sm">{hopSentence(jump, data)}</Text>
      {data?.jump_host && most > 1 && <Hops jump={data.jump_host} most={most - 1} />}
    </>
  );
}
