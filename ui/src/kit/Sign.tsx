/** A state in a word, with a shape beside the colour. */
import { Badge } from "@mantine/core";
import { Icon, type IconName } from "./icons";

export type Tone = "good" | "bad" | "busy" | "careful" | "plain";

const LOOKS: Record<Tone, { color: string; icon?: IconName }> = {
  good: { color: "accent", icon: "done" },
  bad: { color: "red", icon: "failed" },
  busy: { color: "blue", icon: "clock" },
  careful: { color: "orange", icon: "warning" },
  plain: { color: "gray" },
};

export function Sign({ tone, children }: { tone: Tone; children: string }) {
  const { color, icon } = LOOKS[tone];
  return (
    <Badge color={color} variant="light" radius="sm" className="sr-sign" leftSection={icon && <Icon name={icon} size={12} />}>
      {children}
    </Badge>
  );
}
