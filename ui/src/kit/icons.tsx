/** The few signs the console uses, drawn here so that nothing comes from elsewhere. Always decoration. */
import { t } from "@lingui/core/macro";
const SHAPES = {
  send: t`M4 12L20 5l-4 15-4-6zM12 14l8-9`,
  save: t`M12 4v10M8 10.500l4 4 4-4M5 19.500h14`,
  load: t`M12 14V4M8 7.500l4-4 4 4M5 19.500h14`,
  star: t`M12 4l2.400 5 5.600.700-4.100 3.800 1.100 5.500-5-2.700-5 2.700 1.100-5.500L4 9.700 9.600 9z`,
  pulse: t`M3 12h4l2.500-7 5 14 2.500-7h4`,
  home: t`M4 4h7v7H4zM13 4h7v4h-7zM13 10.500h7V20h-7zM4 13h7v7H4z`,
  server: t`M4 5h16v6H4zM4 13h16v6H4zM7 8h.01M7 16h.01`,
  key: t`M7.5 20.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM10.4 13.600L20 4M16.5 7.500L19.5 10.500M13.5 10.500l2 2`,
  people: t`M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.6-3.6 3-5.5 6.5-5.5s5.9 1.9 6.5 5.5M16 4.500a3.3 3.3 0 0 1 0 6.300M18 15c2 .8 3.2 2.5 3.5 5`,
  trail: t`M5 4h14v16H5zM8.5 8.500h7M8.5 12h7M8.5 15.500h4`,
  clock: t`M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2`,
  eye: t`M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z`,
  hide: t`M4 4l16 16M9.5 5.900A9 9 0 0 1 12 5.500c6 0 9.5 6.5 9.5 6.500a17 17 0 0 1-3 3.700M6.3 7.500A16 16 0 0 0 2.5 12S6 18.5 12 18.500a9 9 0 0 0 4-1M10 10a3 3 0 0 0 4 4`,
  copy: t`M9 9h11v11H9zM5 15H4V4h11v1`,
  renew: t`M20 11a8 8 0 0 0-14.5-3.500L4 9M4 4v5h5M4 13a8 8 0 0 0 14.5 3.500L20 15M20 20v-5h-5`,
  edit: t`M4 20h4L19 9l-4-4L4 16zM13 7l4 4`,
  plus: t`M12 5v14M5 12h14`,
  sun: t`M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M18.7 5.300l-1.4 1.400M6.7 17.300l-1.4 1.4`,
  moon: t`M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500z`,
  down: t`M6 9l6 6 6-6`,
  up: t`M6 15l6-6 6 6`,
  done: t`M5 12.500l4.5 4.500L19 7.5`,
  failed: t`M6 6l12 12M18 6L6 18`,
  warning: t`M12 4L2.5 20h19zM12 10v4.500M12 17.200h.01`,
  search: t`M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5`,
  person: t`M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500c.7-4 3.5-6 7.5-6s6.8 2 7.5 6`,
  out: t`M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9`,
  settings: t`M4 7h9M17 7h3M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM4 17h3M11 17h9M9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z`,
  open: t`M9 6l6 6-6 6`,
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
