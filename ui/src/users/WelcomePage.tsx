/** The first thing a new user does, the first administrator included: choose a password. */
import { t } from "@lingui/core/macro";
import { Anchor, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useEffect, useReducer } from "react";
import { Link, useNavigate } from "react-router";
import { answer, client } from "../api/client";
import { FormTrouble } from "../kit/FormTrouble";
import { useAction } from "../kit/useAction";
import { paths } from "../paths";
import { Entrance } from "../sessions/Entrance";
import { mustMatch } from "../sessions/OwnPassword";
import { forgetInvitation, invitation, takeInvitation } from "./invitation";

const EMPTY = { password: "", again: "" };
const FIELDS = Object.keys(EMPTY);

export function Component() {
  const token = useInvitation();
  if (token === null) return <Uninvited />;
  return (
    <Entrance title={t`Welcome to Strongroom`} explain={t`Choose the password you will sign in with: at least 12 characters, a long sentence is best. Nobody else will know it.`}>
      <WelcomeForm token={token} />
    </Entrance>
  );
}

/** A second link opened in the same tab changes the fragment only. */
function useInvitation(): string | null {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const taken = () => {
      takeInvitation();
      again();
    };
    addEventListener("hashchange", taken);
    return () => removeEventListener("hashchange", taken);
  }, []);
  return invitation();
}

function WelcomeForm({ token }: { token: string }) {
  const form = useForm({ mode: "uncontrolled", initialValues: EMPTY });
  const navigate = useNavigate();
  const { run, busy, failure } = useAction(accept);

  async function accept({ password, again }: typeof EMPTY) {
    mustMatch(password, again);
    const { username } = await answer(client.POST("/api/v1/invitations/accept", { body: { token, password } }));
    forgetInvitation();
    await navigate(paths.signIn(), { replace: true, state: { username } });
  }

  return (
    <form onSubmit={form.onSubmit((values) => void run(values))}>
      <Stack>
        <FormTrouble form={form} failure={failure} known={FIELDS} />
        <PasswordInput label={t`New password`} required autoComplete="new-password" autoFocus {...form.getInputProps("password")} key={form.key("password")} />
        <PasswordInput label={t`New password again`} required autoComplete="new-password" {...form.getInputProps("again")} key={form.key("again")} />
        <Button type="submit" loading={busy} fullWidth>
          {t`Set password`}
        </Button>
      </Stack>
    </form>
  );
}

function Uninvited() {
  return (
    <Entrance title={t`This link is not complete`}>
      <Text size="sm">
        {t`Open the whole invitation link once more, also after reloading this page: what it proves is not kept. If it does not work any longer, ask an administrator for a new invitation.`}
      </Text>
      <Anchor component={Link} to={paths.signIn()} size="sm">
        {t`Go to sign-in`}
      </Anchor>
    </Entrance>
  );
}
