/** A page: its title, where it stands, what can be done on it; the title takes the focus when one page follows another. */
import { t } from "@lingui/core/macro";
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "react-router";
import { hasActed } from "./acted";

interface PageProps {
  title: string;
  trail?: readonly { label: string; to: string }[];
  explain?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, trail = [], explain, actions, children }: PageProps) {
  return (
    <Stack gap="md">
      <title>{t`${title} · Strongroom`}</title>
      {trail.length > 0 && <Trail steps={trail} />}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} className="sr-shrink">
          <Headline>{title}</Headline>
          {explain && <Text size="sm" c="dimmed" component="div">{explain}</Text>}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

function Headline({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (hasActed()) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Title order={1} size="h3" tabIndex={-1} ref={heading} className="sr-headline">
      {children}
    </Title>
  );
}

function Trail({ steps }: { steps: readonly { label: string; to: string }[] }) {
  return (
    <nav aria-label={t`Where this page stands`}>
      <Breadcrumbs className="sr-trail">
        {steps.map(({ label, to }) => (
          <Anchor key={to} component={Link} to={to} size="sm">
            {label}
          </Anchor>
        ))}
      </Breadcrumbs>
    </nav>
  );
}
