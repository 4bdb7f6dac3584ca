/** What to do in an empty vault, for those who can fill it; whom to ask, for the others. */
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
      <Card title="Needs you">
        <Empty title="Nothing has been shared with you" icon="key">
          Ask the owner of a resource to share it, or one account of it. It appears here at once.
        </Empty>
      </Card>
    );
  }
  return (
    <Card title="First steps">
      <List type="ordered" size="sm" spacing={6}>
        <List.Item>
          <Anchor component={Link} to={paths.resources()} inherit underline="always">
            {resources === 0 ? "Add a resource" : "Open a resource"}
          </Anchor>
          : a server and its address. Pin its host key, so that nobody can stand in for it.
        </List.Item>
        <List.Item>
          Add its accounts with the passwords they have now. If you have many in a file,{" "}
          <Anchor component={Link} to={paths.import()} inherit underline="always">
            import them
          </Anchor>
          .
        </List.Item>
        <List.Item>Show a password: it asks for a reason, and the audit trail has it before you do.</List.Item>
        <List.Item>Reset a password: Strongroom sets a new one on the system and proves it with a fresh login.</List.Item>
        <List.Item>Invite people, and share with each what he needs.</List.Item>
      </List>
    </Card>
  );
}
