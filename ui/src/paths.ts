/** The one place where the console's URLs are made. They hold ids and filters, never a secret. */
export const patterns = {
  home: "/",
  signIn: "/sign-in",
  welcome: "/welcome",
  resources: "/resources",
  resource: "/resources/:resourceId",
  import: "/import",
  accounts: "/accounts",
  account: "/accounts/:accountId",
  reset: "/resets/:resetId",
  batches: "/batches",
  batch: "/batches/:batchId",
  users: "/users",
  user: "/users/:userId",
  sessions: "/sessions",
  audit: "/audit",
  auditEntry: "/audit/:position",
  system: "/system",
  alarms: "/alarms",
  siem: "/siem",
  settings: "/settings",
} as const;

export type AuditFilters = Partial<Record<"actor" | "object" | "topic" | "outcome" | "from" | "to" | "q", string>>;

export const paths = {
  home: () => patterns.home,
  signIn: (next?: string) => patterns.signIn + query({ next: next === patterns.home ? undefined : next }),
  welcome: () => patterns.welcome,
  resources: () => patterns.resources,
  resource: (id: string) => `/resources/${encodeURIComponent(id)}`,
  import: () => patterns.import,
  accounts: (q?: string) => patterns.accounts + query({ q }),
  account: (id: string, tab?: string) => `/accounts/${encodeURIComponent(id)}${query({ tab })}`,
  reset: (id: string) => `/resets/${encodeURIComponent(id)}`,
  batches: () => patterns.batches,
  batch: (id: string) => `/batches/${encodeURIComponent(id)}`,
  users: () => patterns.users,
  user: (id: string) => `/users/${encodeURIComponent(id)}`,
  sessions: () => patterns.sessions,
  /** A list, with the dialog open that adds to it. */
  adding: (list: string) => `${list}?add=1`,
  system: () => patterns.system,
  audit: (filters: AuditFilters = {}) => patterns.audit + query(filters),
  alarms: () => patterns.alarms,
  siem: () => patterns.siem,
  settings: () => patterns.settings,
  auditEntry: (position: number, search = "") => `/audit/${position}${search}`,
};

/** The link that lets somebody set a first password. The token stands in the fragment, which no server sees. */
export function invitationLink(origin: string, invitation: string): string {
  const token = invitation.slice(invitation.indexOf("#") + 1);
  return `${origin}${patterns.welcome}#${token}`;
}

/** Where to go after signing in: a path of our own and nothing else, or home. */
export function safeNext(next: string | null, origin: string): string {
  if (!next?.startsWith("/")) return patterns.home;
  try {
    const url = new URL(next, origin);
    return url.origin === origin && url.pathname !== patterns.signIn ? url.pathname : patterns.home;
  } catch {
    return patterns.home;
  }
}

function query(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const search = new URLSearchParams(given).toString();
  return search && `?${search}`;
}
