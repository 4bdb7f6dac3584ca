/** How the console looks: one accent, a system font, small radii, dense spacing. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e8f6f3", "#d2ebe6", "#a5d6cc", "#74bfb1", "#4dab9b", "#359c8b", "#258d7c", "#177567", "#0f6055", "#084940",
];

/** Mantine's own, with a darkest shade that can be read on the lightest. */
const orange: MantineColorsTuple = [
  "#fff4e6", "#ffe8cc", "#ffd8a8", "#ffc078", "#ffa94d", "#ff922b", "#fd7e14", "#f76707", "#e8590c", "#9c3606",
];

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  colors: { accent, orange },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", "DejaVu Sans Mono", Consolas, monospace',
  defaultRadius: "sm",
  fontSizes: { xs: "0.78rem", sm: "0.875rem", md: "0.95rem" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "sm" } },
    Modal: { defaultProps: { centered: true, size: "md" } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Tooltip: { defaultProps: { withArrow: true, multiline: true, maw: 320 } },
    InputWrapper: { defaultProps: { withAsterisk: false } },
    PasswordInput: { defaultProps: { spellCheck: false, visibilityToggleButtonProps: { "aria-label": "Show what is typed", tabIndex: 0 } } },
    Select: { defaultProps: { allowDeselect: false, comboboxProps: { shadow: "md" } } },
  },
});
