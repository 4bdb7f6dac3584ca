/** How Mantine's parts look here; colours and measures stand in kit/tokens.css. */
import { t } from "@lingui/core/macro";
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const accent: MantineColorsTuple = [
  "#e8f6f3", "#d2ebe6", "#a5d6cc", "#74bfb1", "#4dab9b", "#359c8b", "#258d7c", "#177567", "#0f6055", "#084940",
];

/** Mantine's own, with a darkest shade that can be read on the lightest. */
const orange: MantineColorsTuple = [
  "#fff4e6", "#ffe8cc", "#ffd8a8", "#ffc078", "#ffa94d", "#ff922b", "#fd7e14", "#f76707", "#e8590c", "#9c3606",
];

/** Mantine's own, whose filled shade lets white be read on it. */
const red: MantineColorsTuple = [
  "#fff5f5", "#ffe3e3", "#ffc9c9", "#ffa8a8", "#ff8787", "#ff6b6b", "#e03131", "#c92a2a", "#b02525", "#a51d1d",
];

const DENSE = { "--button-height": "32px", "--button-padding-x": "12px", "--button-fz": "var(--sr-text-size)" };
const SMALL = { "--button-height": "26px", "--button-padding-x": "9px", "--button-fz": "var(--sr-small)" };
const INPUT = { "--input-height": "32px", "--input-fz": "var(--sr-text-size)" };

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  colors: { accent, orange, red },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", "DejaVu Sans Mono", Consolas, monospace',
  defaultRadius: "var(--sr-radius)",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem" },
  headings: { fontWeight: "620", sizes: { h3: { fontSize: "1.25rem" }, h5: { fontSize: "0.9rem" }, h6: { fontSize: "0.8125rem" } } },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    Button: { defaultProps: { size: "sm" }, vars: (_: unknown, { size }: { size?: string }) => ({ root: size === "xs" ? SMALL : DENSE }), styles: { label: { fontWeight: 550 } } },
    Input: { vars: () => ({ wrapper: INPUT }) },
    Modal: { defaultProps: { centered: true, size: "md" }, styles: { title: { fontWeight: 620, fontSize: "0.95rem" } } },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": t`Close` } } },
    Tooltip: { defaultProps: { withArrow: true, multiline: true, maw: 320, fz: "xs" } },
    InputWrapper: { defaultProps: { withAsterisk: false }, styles: { label: { fontSize: "var(--sr-small)", fontWeight: 550, color: "var(--sr-quiet)" } } },
    PasswordInput: { defaultProps: { spellCheck: false, visibilityToggleButtonProps: { "aria-label": t`Show what is typed`, tabIndex: 0 } } },
    Select: { defaultProps: { allowDeselect: false, comboboxProps: { shadow: "md" } } },
    Tabs: { styles: { tab: { fontSize: "var(--sr-text-size)", padding: "0.5rem 0.75rem" } } },
  },
});
