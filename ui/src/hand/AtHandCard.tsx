/** Favourites and the accounts used last: the short way to what one works with. */
import { t } from "@lingui/core/macro";
import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { Kept } from "../api/shapes";
import { Card } from "../kit/Card";
import { Icon } from "../kit/icons";
import { paths } from "../paths";
import styles from "./AtHandCard.module.css";
import { useAtHand } from "./calls";

export function AtHandCard() {
  const { data } = useAtHand();
  if (!data || data.favourites.length + data.last_used.length === 0) return null;
  const { favourites, last_used } = data;
  return (
    <Card title={t`At hand`}>
      {favourites.length > 0 && <Some title={t`Favourites`} kept={favourites} />}
      {last_used.length > 0 && <Some title={t`Used last`} kept={last_used} />}
    </Card>
  );
}

function Some({ title, kept }: { title: string; kept: readonly Kept[] }) {
  return (
    <div className={styles.some}>
      <Text size="xs" c="dimmed" fw={600} component="h3">
        {title}
      </Text>
      <ul>
        {kept.map((each) => (
          <li key={each.id}>
            <Icon name={each.kind === "account" ? "key" : "server"} size={14} />
            <Anchor component={Link} to={each.kind === "account" ? paths.account(each.id) : paths.resource(each.id)} size="sm">
              {each.resource ? t`${{ name: each.name }} on ${{ resource: each.resource }}` : each.name}
            </Anchor>
          </li>
        ))}
      </ul>
    </div>
  );
}
