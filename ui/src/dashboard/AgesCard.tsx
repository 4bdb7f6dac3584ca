/** How old the passwords are that one may see. */
import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { Card } from "../kit/Card";
import { type Share, Shares } from "../kit/Shares";
import { paths } from "../paths";

const NAMES = ["Up to 30 days", "30 to 90 days", "90 to 180 days", "Older"];

export function AgesCard({ ages }: { ages: readonly number[] }) {
  const shares = NAMES.map((name, at): Share => ({ name, value: ages[at] ?? 0, tone: at === NAMES.length - 1 ? "careful" : undefined }));
  const oldest = (
    <Anchor component={Link} to={`${paths.accounts()}?sort=password_set_at`} size="xs">
      Oldest first
    </Anchor>
  );
  return (
    <Card title="Age of passwords" beside={oldest}>
      <Shares shares={shares} />
    </Card>
  );
}
