/** The one route table; pages are fetched after the first one stands. */
import { createBrowserRouter } from "react-router";
import { patterns } from "./paths";
import { ProblemPage } from "./shell/ProblemPage";
import { SignedIn } from "./shell/SignedIn";

const pages = [
  { path: patterns.home, lazy: () => import("./dashboard/DashboardPage") },
  { path: patterns.resources, lazy: () => import("./resources/ResourcesPage") },
  { path: patterns.resource, lazy: () => import("./resources/ResourcePage") },
  { path: patterns.import, lazy: () => import("./imports/ImportPage") },
  { path: patterns.accounts, lazy: () => import("./accounts/AccountsPage") },
  { path: patterns.account, lazy: () => import("./accounts/AccountPage") },
  { path: patterns.batches, lazy: () => import("./batches/BatchesPage") },
  { path: patterns.batch, lazy: () => import("./batches/BatchPage") },
  { path: patterns.reset, lazy: () => import("./resets/ResetPage") },
  { path: patterns.users, lazy: () => import("./users/UsersPage") },
  { path: patterns.user, lazy: () => import("./users/UserPage") },
  { path: patterns.sessions, lazy: () => import("./sessions/MySessionsPage") },
  { path: patterns.audit, lazy: () => import("./audit/AuditPage") },
  { path: patterns.auditEntry, lazy: () => import("./audit/AuditPage") },
  { path: patterns.system, lazy: () => import("./system/SystemPage") },
  { path: patterns.settings, lazy: () => import("./settings/SettingsPage") },
  { path: patterns.alarms, lazy: () => import("./alarms/AlarmsPage") },
  { path: patterns.siem, lazy: () => import("./siem/SiemPage") },
  { path: "*", lazy: () => import("./shell/NotFoundPage") },
];

/** Every page is small: fetched ahead, it is there also when the server is away for a moment. */
export function fetchPagesAhead(): void {
  void Promise.allSettled(pages.map(({ lazy }) => lazy()));
}

export function createRouter() {
  return createBrowserRouter([
    { path: patterns.signIn, lazy: () => import("./sessions/SignInPage"), errorElement: <ProblemPage />, hydrateFallbackElement: <></> },
    { path: patterns.welcome, lazy: () => import("./users/WelcomePage"), errorElement: <ProblemPage />, hydrateFallbackElement: <></> },
    {
      element: <SignedIn />,
      errorElement: <ProblemPage />,
      hydrateFallbackElement: <></>,
      children: [{ errorElement: <ProblemPage />, children: pages }],
    },
  ]);
}
