/** One user, and what an administrator can do about them. */
import { t } from "@lingui/core/macro";
import { Anchor, Paper, Skeleton } from "@mantine/core";
import { Link, useParams } from "react-router";
import { SeenBy } from "../access/SeenBy";
import type { User } from "../api/shapes";
import { Facts } from "../kit/Facts";
import { Moment } from "../kit/Moment";
import { Page } from "../kit/Page";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useMay } from "../sessions/session";
import { useUser } from "./calls";
import { roleNames } from "./roles";
import { UserActions } from "./UserActions";
import { UserStatus } from "./UserStatus";

const TRAIL = [{ label: t`Users`, to: paths.users() }];

export function Component() {
  const { userId = "" } = useParams();
  const { data, error, refetch } = useUser(userId);
  if (error && !data) return <Page title={t`User`} trail={TRAIL}><Trouble failure={error} retry={() => void refetch()} /></Page>;
  if (!data) return <Skeleton height={240} aria-label={t`Loading`} />;
  return (
    <Page key={data.id} title={data.display_name} trail={TRAIL} explain={data.username} actions={<UserActions user={data} />}>
      <Paper withBorder p="md">
        <UserFacts user={data} />
      </Paper>
      <SeenBy userId={data.id} name={data.display_name} />
    </Page>
  );
}

function UserFacts({ user }: { user: User }) {
  const trail = useMay("audit.read") && (
    <Anchor component={Link} to={paths.audit({ actor: user.id })} size="sm">
      {t`What they did`}
    </Anchor>
  );
  return (
    <Facts
      facts={[
        [t`User name`, user.username],
        [t`Email`, user.email],
        [t`Roles`, roleNames(user.roles)],
        [t`Status`, <UserStatus key="status" status={user.status} />],
        [t`Last sign-in`, <Moment key="last" at={user.last_sign_in_at} />],
        [t`Added`, <Moment key="added" at={user.created_at} />],
        [t`Audit trail`, trail || t`for administrators`],
      ]}
    />
  );
}
