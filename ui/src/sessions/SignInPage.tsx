/** Signing in, and going back to where one was. */
import { t } from "@lingui/core/macro";
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { FormTrouble } from "../kit/FormTrouble";
import { useAction } from "../kit/useAction";
import { safeNext } from "../paths";
import { Entrance } from "./Entrance";
import { signIn, useSession } from "./session";

const EMPTY = { username: "", password: "" };
const FIELDS = Object.keys(EMPTY);

export function Component() {
  const session = useSession();
  const [params] = useSearchParams();
  if (session !== null && session !== "unknown") return <Navigate replace to={safeNext(params.get("next"), location.origin)} />;
  return (
    <Entrance title={t`Sign in`} explain={params.has("next") ? t`Your session has ended, or you have not signed in yet.` : undefined}>
      <SignInForm />
    </Entrance>
  );
}

function SignInForm() {
  const known = useKnownName();
  const form = useForm({ mode: "uncontrolled", initialValues: { ...EMPTY, username: known } });
  const { run, busy, failure } = useAction(signIn);

  async function send(values: typeof EMPTY) {
    const worked = await run(values.username, values.password);
    if (!worked) form.setFieldValue("password", "");
  }

  return (
    <form onSubmit={form.onSubmit((values) => void send(values))}>
      <Stack>
        <FormTrouble form={form} failure={failure} known={FIELDS} />
        <TextInput label={t`User name`} required autoComplete="username" autoFocus={known === ""} {...form.getInputProps("username")} key={form.key("username")} autoCapitalize="none" spellCheck={false} />
        <PasswordInput label={t`Password`} required autoComplete="current-password" autoFocus={known !== ""} {...form.getInputProps("password")} key={form.key("password")} />
        <Button type="submit" loading={busy} fullWidth>
          {t`Sign in`}
        </Button>
      </Stack>
    </form>
  );
}

/** The welcome page passes on the name it has just been told. */
function useKnownName(): string {
  const state: unknown = useLocation().state;
  const name = typeof state === "object" && state !== null && "username" in state ? state.username : "";
  return typeof name === "string" ? name : "";
}
