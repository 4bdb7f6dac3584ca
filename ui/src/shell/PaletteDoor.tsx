/** The way into the palette: a button, and Ctrl or ⌘ with K. What it is made of is fetched when somebody first asks. */
import { t } from "@lingui/core/macro";
import { ActionIcon, UnstyledButton } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { createContext, lazy, type ReactNode, Suspense, useContext } from "react";
import { Icon } from "../kit/icons";
import styles from "./Shell.module.css";

const Palette = lazy(() => import("../palette/Palette"));
const Opening = createContext<() => void>(() => undefined);
const APPLE = /Mac|iPhone|iPad/;

export function PaletteDoor({ children }: { children: ReactNode }) {
  const [opened, { open, close }] = useDisclosure(false);
  const [asked, { open: ask }] = useDisclosure(false);
  const enter = () => {
    ask();
    open();
  };
  useHotkeys([["mod+K", enter]], []);
  return (
    <Opening value={enter}>
      {children}
      {asked && (
        <Suspense>
          <Palette opened={opened} onClose={close} />
        </Suspense>
      )}
    </Opening>
  );
}

export function PaletteButton() {
  return (
    <UnstyledButton className={styles.find} onClick={useContext(Opening)} aria-keyshortcuts="Control+K Meta+K">
      <Icon name="search" size={15} />
      {t`Find or go to`}
      <kbd aria-hidden="true">{APPLE.test(navigator.userAgent) ? "⌘K" : t`Ctrl K`}</kbd>
    </UnstyledButton>
  );
}

export function PaletteSign() {
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" ml="auto" aria-label={t`Find or go to`} onClick={useContext(Opening)}>
      <Icon name="search" />
    </ActionIcon>
  );
}
