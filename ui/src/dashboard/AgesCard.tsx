/** How old the passwords are that one may see. */
import { t } from "@lingui/core/macro";
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { Card } from "../kit/Card";
import { type Share, Shares } from "../kit/Shares";
import { paths } from "../paths";

const NAMES = [t`Up to 30 days`, t`30 to 90 days`, t`90 to 180 days`, t`Older`];

export function AgesCard({ ages }: { ages: readonly number[] }) {
  const shares = NAMES.map((name, at): Share => ({ name, value: ages[at] ?? 0, tone: at === NAMES.length - 1 ? "careful" : undefined }));
  const oldest = (
    <Anchor component={Link} to={`${paths.accounts()}?sort=password_set_at`} size="xs">
      {t`Oldest first`}
    </Anchor>
  );
  return (
    <Card title={t`Age of passwords`} beside={oldest}>
      <Shares shares={shares} />
    </Card>
  );
}
