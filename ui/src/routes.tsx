/** The one route table; every page is fetched when it is first needed. */
import { createBrowserRouter, Navigate } from "react-router";
import { paths, patterns } from "./paths";
import { ProblemPage } from "./shell/ProblemPage";
import { SignedIn } from "./shell/SignedIn";

const pages = [
  { path: patterns.resources, lazy: () => import("./resources/ResourcesPage") },
  { path: patterns.resource, lazy: () => import("./resources/ResourcePage") },
  { path: patterns.accounts, lazy: () => import("./accounts/AccountsPage") },
  { path: patterns.account, lazy: () => import("./accounts/AccountPage") },
  { path: patterns.reset, lazy: () => import("./resets/ResetPage") },
  { path: patterns.users, lazy: () => import("./users/UsersPage") },
  { path: patterns.user, lazy: () => import("./users/UserPage") },
  { path: patterns.sessions, lazy: () => import("./sessions/MySessionsPage") },
  { path: patterns.audit, lazy: () => import("./audit/AuditPage") },
  { path: patterns.auditEntry, lazy: () => import("./audit/AuditPage") },
  { path: "*", lazy: () => import("./shell/NotFoundPage") },
];

export function createRouter() {
  return createBrowserRouter([
    { path: patterns.signIn, lazy: () => import("./sessions/SignInPage"), errorElement: <ProblemPage />, hydrateFallbackElement: <></> },
    { path: patterns.welcome, lazy: () => import("./users/WelcomePage"), errorElement: <ProblemPage />, hydrateFallbackElement: <></> },
    {
      element: <SignedIn />,
      errorElement: <ProblemPage />,
      hydrateFallbackElement: <></>,
      children: [
        { index: true, element: <Navigate replace to={paths.resources()} /> },
        { errorElement: <ProblemPage />, children: pages },
      ],
    },
  ]);
}
