/** The name and its sign. */
import { Group, Text } from "@mantine/core";

export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
        <rect x="2" y="2" width="28" height="28" rx="6" fill="#12645a" />
        <circle cx="16" cy="16" r="8.5" fill="none" stroke="#fff" strokeWidth="2.4" />
        <path d="M16 7.5v5M16 19.5v5M7.5 16h5M19.5 16h5" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
        <circle cx="16" cy="16" r="2.2" fill="#fff" />
      </svg>
      <Text fw={650} size="md" component="span">
        Strongroom
      </Text>
    </Group>
  );
}
