/** What has become of a copied password. */
import { t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import { clipboard, type ClipboardState } from "../kit/clipboard";
import { useStore } from "../kit/store";

const WORDS: Record<ClipboardState, string> = {
  idle: "",
  holding: t`Copied. The clipboard is cleared after 30 seconds.`,
  cleared: t`The clipboard has been cleared.`,
  waiting: t`The clipboard is cleared as soon as you come back to this page.`,
};

export function ClipboardNote() {
  return (
    <Text size="xs" c="dimmed" role="status">
      {WORDS[useStore(clipboard)]}
    </Text>
  );
}
