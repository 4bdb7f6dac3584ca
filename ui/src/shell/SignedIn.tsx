/** The door: behind it somebody is signed in. Others go to sign in, and come back. */
import { t } from "@lingui/core/macro";
import { Center, Loader, Stack } from "@mantine/core";
import { Navigate, useLocation } from "react-router";
import { Trouble } from "../kit/Trouble";
import { useStore } from "../kit/store";
import { paths } from "../paths";
import { loadSession, sessionTrouble, useSession } from "../sessions/session";
import { Shell } from "./Shell";

export function SignedIn() {
  const session = useSession();
  const trouble = useStore(sessionTrouble);
  const { pathname } = useLocation();
  if (session === null) return <Navigate replace to={paths.signIn(pathname)} />;
  if (session === "unknown") return <Waiting trouble={trouble} />;
  return <Shell key={session.id} />;
}

function Waiting({ trouble }: { trouble: unknown }) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack maw={480}>{trouble ? <Trouble failure={trouble} retry={() => void loadSession()} /> : <Loader aria-label={t`Loading`} />}</Stack>
    </Center>
  );
}
