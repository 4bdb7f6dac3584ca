/** Light or dark: the system's choice until somebody makes his own. */
import { t } from "@lingui/core/macro";
import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Icon } from "../kit/icons";

export function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={dark ? t`Use light colours` : t`Use dark colours`} onClick={() => setColorScheme(dark ? "light" : "dark")}>
      <Icon name={dark ? "sun" : "moon"} size={16} />
    </ActionIcon>
  );
}
