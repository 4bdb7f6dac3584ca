/** The frame around every page behind the sign-in. */
import { t } from "@lingui/core/macro";
import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Suspense } from "react";
import { Link, Outlet } from "react-router";
import { paths } from "../paths";
import { Banners } from "./Banners";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";
import { PaletteButton, PaletteDoor, PaletteSign } from "./PaletteDoor";
import styles from "./Shell.module.css";
import { ThemeToggle } from "./ThemeToggle";
import { UserMenu } from "./UserMenu";
import { useShortcuts } from "./useShortcuts";

const HEADER = { height: { base: 48, sm: 0 } };

export function Shell() {
  const [open, { toggle, close }] = useDisclosure(false);
  useShortcuts();
  return (
    <PaletteDoor>
      <AppShell header={HEADER} navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !open } }} padding="md" transitionDuration={0}>
        <a href="#content" className={styles.skip} onClick={toContent}>
          {t`Skip to content`}
        </a>
        <AppShell.Header className={styles.header} hiddenFrom="sm">
          <Group h="100%" px="sm" gap="xs" wrap="nowrap">
            <Burger opened={open} onClick={toggle} size="sm" aria-label={t`Navigation`} aria-expanded={open} />
            <Home />
            <PaletteSign />
          </Group>
        </AppShell.Header>
        <Side open={open} onGo={close} />
        <AppShell.Main id="content" tabIndex={-1} className={styles.main}>
          <div className={styles.page}>
            <Banners />
            <Suspense>
              <Outlet />
            </Suspense>
          </div>
        </AppShell.Main>
      </AppShell>
    </PaletteDoor>
  );
}

function Side({ open, onGo }: { open: boolean; onGo: () => void }) {
  return (
    <AppShell.Navbar p="xs" className={styles.side} data-closed={open ? undefined : true}>
      <Group visibleFrom="sm">
        <Home />
      </Group>
      <PaletteButton />
      <Navigation onGo={onGo} />
      <div className={styles.foot}>
        <UserMenu />
        <ThemeToggle />
      </div>
    </AppShell.Navbar>
  );
}

function Home() {
  return (
    <Link to={paths.home()} className={styles.home} aria-label={t`Strongroom, home`}>
      <Logo />
    </Link>
  );
}

/** Moves the focus and leaves the address alone. */
function toContent(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
