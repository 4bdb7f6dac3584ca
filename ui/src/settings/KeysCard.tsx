/** The keyboard's short ways, and turning them off: some have other uses for single keys. */
import { t } from "@lingui/core/macro";
import { Kbd, Switch } from "@mantine/core";
import { Card } from "../kit/Card";
import { useStore } from "../kit/store";
import { useCurrent } from "../sessions/session";
import { placesFor } from "../shell/shortcuts";
import styles from "./KeysCard.module.css";
import { choose, mine } from "./mine";

export function KeysCard() {
  const { user } = useCurrent();
  const { keys } = useStore(mine);
  return (
    <Card title={t`Keyboard`}>
      <Switch size="xs" label={t`Shortcuts of single keys`} checked={keys} onChange={(event) => choose(user.id, { keys: event.currentTarget.checked })} mb="sm" />
      <ul className={styles.keys}>
        <Line keys={[t`Ctrl K`]}>{t`Find, go to or do; always on`}</Line>
        <Line keys={["/"]}>{t`Search in the list on this page`}</Line>
        {placesFor(user.operations).map(({ keys: second, does }) => (
          <Line key={second} keys={["g", second]}>
            {does}
          </Line>
        ))}
      </ul>
    </Card>
  );
}

function Line({ keys, children }: { keys: readonly string[]; children: string }) {
  return (
    <li>
      <span>
        {keys.map((each) => (
          <Kbd key={each} size="xs">
            {each}
          </Kbd>
        ))}
      </span>
      {children}
    </li>
  );
}
