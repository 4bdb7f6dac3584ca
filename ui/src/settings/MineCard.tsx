/** What is mine to choose: colours, times, lists, and how long a password stays open. */
import { t } from "@lingui/core/macro";
import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { Card } from "../kit/Card";
import { readable } from "../kit/Moment";
import { useStore } from "../kit/store";
import { browserZone, type Zone } from "../kit/zone";
import { useCurrent } from "../sessions/session";
import { Choice } from "./Choice";
import { CHOICES, choose, mine } from "./mine";

const SCHEMES: readonly (readonly [MantineColorScheme, string])[] = [["auto", t`As the system`], ["light", t`Light`], ["dark", t`Dark`]];

export function MineCard() {
  const { user } = useCurrent();
  const { zone, page, seconds } = useStore(mine);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const zones: readonly (readonly [Zone, string])[] = [["browser", t`This browser’s: ${{ browserZone: browserZone() }}`], ["UTC", "UTC"]];
  return (
    <Card title={t`Mine`} beside={user.username}>
      <Choice label={t`Colours`} means={t`For this browser, before signing in too.`} value={colorScheme} choices={SCHEMES} onChoose={setColorScheme} />
      <Choice label={t`Time zone`} means={t`Of all moments, shown and typed. It is now ${{ now: readable(new Date().toISOString()) }}.`} value={zone} choices={zones} onChoose={(chosen) => choose(user.id, { zone: chosen })} />
      <Choice label={t`Rows of a list`} means={t`Read at a time; Show more reads as many again.`} value={String(page)} choices={CHOICES.page.map((each) => [String(each), String(each)])} onChoose={(chosen) => choose(user.id, { page: Number(chosen) })} />
      <Choice label={t`A shown password stays`} means={t`Then it hides itself. Longer than 10 seconds is not to be had.`} value={String(seconds)} choices={CHOICES.seconds.map((each) => [String(each), t`${each} s`])} onChoose={(chosen) => choose(user.id, { seconds: Number(chosen) })} />
    </Card>
  );
}
