/** What to do in an empty vault, for those who can fill it; whom to ask, for the others. */
import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Anchor, List } from "@mantine/core";
import { Link } from "react-router";
import { Card } from "../kit/Card";
import { Empty } from "../kit/Empty";
import { paths } from "../paths";
import { useMay } from "../sessions/session";

export function FirstSteps({ resources }: { resources: number }) {
  const adds = useMay("resource.add");
  if (!adds) {
    return (
      <Card title={t`Needs you`}>
        <Empty title={t`Nothing has been shared with you`} icon="key">
          {t`Ask the owner of a resource to share it, or one account of it. It appears here at once.`}
        </Empty>
      </Card>
    );
  }
  return (
    <Card title={t`First steps`}>
      <List type="ordered" size="sm" spacing={6}>
        <List.Item>
          <Anchor component={Link} to={paths.resources()} inherit underline="always">
            {resources === 0 ? t`Add a resource` : t`Open a resource`}
          </Anchor>
          {t`: a server and its address. Pin its host key, so that nobody can stand in for it.`}
        </List.Item>
        <List.Item>
          <Trans>Add its accounts with the passwords they have now. If you have many in a file,{" "}
          <Anchor component={Link} to={paths.import()} inherit underline="always">
            import them
          </Anchor>
          .</Trans>
        </List.Item>
        <List.Item>{t`Show a password: it asks for a reason, and the audit trail has it before you do.`}</List.Item>
        <List.Item>{t`Reset a password: Strongroom sets a new one on the system and proves it with a fresh login.`}</List.Item>
        <List.Item>{t`Invite people, and share with each what he needs.`}</List.Item>
      </List>
    </Card>
  );
}
