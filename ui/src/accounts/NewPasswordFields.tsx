/** A new password: made by Strongroom, or typed. */
import { t } from "@lingui/core/macro";
import { PasswordInput, Radio, Stack } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";

interface Chosen {
  generate: boolean;
  password: string;
}

export function NewPasswordFields<V extends Chosen>({ form, typedLabel }: { form: UseFormReturnType<V>; typedLabel: string }) {
  const [generate, setGenerate] = useState(() => form.getValues().generate);

  function choose(value: string) {
    setGenerate(value === "generate");
    (form as unknown as UseFormReturnType<Chosen>).setFieldValue("generate", value === "generate");
  }

  return (
    <Stack gap="xs">
      <Radio.Group label={t`Password`} value={generate ? "generate" : "type"} onChange={choose}>
        <Stack gap={6} mt={4}>
          <Radio value="generate" label={t`Make a new one`} />
          <Radio value="type" label={typedLabel} />
        </Stack>
      </Radio.Group>
      {!generate && <PasswordInput label={t`Password of the account`} required autoComplete="off" data-1p-ignore data-lpignore="true" data-bwignore {...form.getInputProps("password")} key={form.key("password")} />}
    </Stack>
  );
}
