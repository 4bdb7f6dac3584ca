/** Asking for the resets of all accounts that were chosen in a list. */
import { plural, t } from "@lingui/core/macro";
import { TextInput } from "@mantine/core";
import { useNavigate } from "react-router";
import { useState } from "react";
import { whyNot } from "../access/why";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useIdempotencyKey } from "../kit/useIdempotencyKey";
import { paths } from "../paths";
import { openBatch } from "./calls";

const EMPTY = { reason: "" };
const MOST = 500;

export function ResetMany({ chosen }: { chosen: readonly Account[] }) {
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const once = useIdempotencyKey();
  const account_ids = chosen.map(({ id }) => id);

  async function submit({ reason }: typeof EMPTY) {
    const wanted = { account_ids, reason };
    const id = await once(wanted, (headers) => openBatch(wanted, headers));
    await navigate(paths.batch(id), { state: { begin: true } });
  }

  return (
    <>
      <Press icon="renew" why={whyNotMany(chosen)} onPress={() => setOpened(true)}>
        {t`Reset passwords`}
      </Press>
      <FormDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t`Reset the passwords of ${{ count: accounts(chosen.length) }}`}
        explain={t`Each gets a new password of its own, set on its resource and checked by a fresh login. Whoever uses the present ones loses them. One that cannot be reset stops none of the others.`}
        initial={EMPTY}
        submit={submit}
        submitLabel={t`Reset passwords`}
      >
        {(form) => <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />}
      </FormDialog>
    </>
  );
}

function whyNotMany(chosen: readonly Account[]): string | null {
  if (chosen.length === 0) return t`Choose accounts first.`;
  if (chosen.length > MOST) return t`Choose at most ${MOST} accounts.`;
  const barred = chosen.find(({ may }) => whyNot(may, "account.reset") !== null);
  return barred ? t`You may not reset ${{ username: barred.username }} on ${{ resource: barred.resource.name }}.` : null;
}

export function accounts(count: number): string {
  return plural(count, { one: "# account", other: "# accounts" });
}
