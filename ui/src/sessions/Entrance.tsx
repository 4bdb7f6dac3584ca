/** The frame of the pages for those who are not signed in. */
import { t } from "@lingui/core/macro";
import { Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Logo } from "../shell/Logo";
import { ThemeToggle } from "../shell/ThemeToggle";

export function Entrance({ title, explain, children }: { title: string; explain?: ReactNode; children: ReactNode }) {
  return (
    <Center component="main" mih="100dvh" p="md" bg="var(--sr-page)">
      <title>{t`${title} · Strongroom`}</title>
      <Paper withBorder p="xl" w="100%" maw={400}>
        <Stack gap="md">
          <Group justify="space-between">
            <Logo />
            <ThemeToggle />
          </Group>
          <div>
            <Title order={1} size="h3">
              {title}
            </Title>
            {explain && <Text size="sm" c="dimmed" mt={4} component="div">{explain}</Text>}
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
