/** A button that, when it may not be pressed, stays reachable and says why. */
import { Button, type ButtonProps, Tooltip } from "@mantine/core";
import { useId } from "react";
import { Icon, type IconName } from "./icons";

export interface PressProps extends Pick<ButtonProps, "variant" | "color" | "size" | "loading" | "fullWidth"> {
  children: string;
  onPress: () => void;
  icon?: IconName;
  /** The accessible name, when `children` alone does not say what it acts on. */
  label?: string;
  /** Why it may not be pressed now; nothing means that it may. */
  why?: string | null;
}

export function Press({ children, onPress, icon, label, why, ...look }: PressProps) {
  const reasonId = useId();
  const refused = Boolean(why);
  return (
    <Tooltip label={why} disabled={!refused} events={{ hover: true, focus: true, touch: true }} multiline maw={280}>
      <Button
        {...look}
        variant={look.variant ?? "default"}
        leftSection={icon && <Icon name={icon} size={16} />}
        aria-label={label}
        aria-disabled={refused || undefined}
        data-disabled={refused || undefined}
        aria-describedby={refused ? reasonId : undefined}
        onClick={refused ? undefined : onPress}
      >
        {children}
        {refused && (
          <span id={reasonId} hidden>
            {why}
          </span>
        )}
      </Button>
    </Tooltip>
  );
}
