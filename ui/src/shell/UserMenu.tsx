/** Who is signed in, and the way out. */
import { t } from "@lingui/core/macro";
import { Button, Menu, Text } from "@mantine/core";
import { Link } from "react-router";
import { Icon } from "../kit/icons";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";
import { roleNames } from "../users/roles";
import { leave } from "./leave";

export function UserMenu() {
  const { user } = useCurrent();
  return (
    <Menu position="top-start" shadow="md" width={220}>
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<Icon name="person" size={16} />} fullWidth justify="flex-start" px={8} aria-label={t`${{ display_name: user.display_name }}, signed in as ${{ username: user.username }}`}>
          <Text span inherit truncate>
            {user.display_name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="xs" span>
            {user.username} · {roleNames(user.roles)}
          </Text>
        </Menu.Label>
        <Menu.Item component={Link} to={paths.sessions()} leftSection={<Icon name="clock" size={16} />}>
          {t`My sessions and password`}
        </Menu.Item>
        <Menu.Item component={Link} to={paths.settings()} leftSection={<Icon name="settings" size={16} />}>
          {t`Settings`}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="out" size={16} />} onClick={() => void leave()}>
          {t`Sign out`}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
