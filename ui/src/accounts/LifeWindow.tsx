/** From when to when an account's life is shown: the whole of it, unless somebody looks nearer. */
import { t } from "@lingui/core/macro";
import { Button, Group, Text, TextInput } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { SECOND, toLocal, toUtc } from "../kit/Moment";
import { zoneName } from "../kit/zone";

export interface Chosen {
  from: string | undefined;
  to: string | undefined;
}

export function LifeWindow({ chosen, choose }: { chosen: Chosen; choose: (chosen: Chosen) => void }) {
  const [from, setFrom] = useState(toLocal(chosen.from, SECOND));
  const [to, setTo] = useState(toLocal(chosen.to, SECOND));

  function apply(event: SyntheticEvent) {
    event.preventDefault();
    choose({ from: toUtc(from), to: toUtc(to) });
  }

  function whole() {
    setFrom("");
    setTo("");
    choose({ from: undefined, to: undefined });
  }

  return (
    <form role="search" aria-label={t`Look nearer`} onSubmit={apply}>
      <Group align="flex-end" gap="sm" mb="sm">
        <TextInput type="datetime-local" step={1} label={t`From`} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput type="datetime-local" step={1} label={t`To`} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        <Button type="submit">{t`Look nearer`}</Button>
        <Button variant="default" onClick={whole}>
          {t`Its whole life`}
        </Button>
        <Text size="sm" c="dimmed" py={6}>{t`In ${{ zoneName: zoneName() }}.`}</Text>
      </Group>
    </form>
  );
}
