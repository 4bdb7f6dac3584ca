/** Changing how new passwords are made. */
import { t } from "@lingui/core/macro";
import { NumberInput, SimpleGrid, TextInput } from "@mantine/core";
import { readAgain } from "../api/queries";
import type { SettingsInForce } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { changePolicy } from "./calls";

interface DialogProps {
  settings: SettingsInForce;
  opened: boolean;
  onClose: () => void;
}

const KINDS = [
  ["min_upper", t`Upper case, at least`],
  ["min_lower", t`Lower case, at least`],
  ["min_digits", t`Digits, at least`],
  ["min_specials", t`Specials, at least`],
] as const;

export function PolicyDialog({ settings: { policy, policy_version }, opened, onClose }: DialogProps) {
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t`New passwords`}
      explain={t`For all that are made from now on, by resets too. Passwords that are there stay as they are.`}
      initial={{ ...policy, reason: "" }}
      submit={({ reason, ...wanted }) => changePolicy(wanted, reason, policy_version)}
      submitLabel={t`Change`}
      reload={() => void readAgain("settings").then(onClose)}
    >
      {(form) => (
        <>
          <NumberInput label={t`Length`} required min={12} max={128} allowDecimal={false} {...form.getInputProps("length")} key={form.key("length")} />
          <SimpleGrid cols={2} spacing="sm">
            {KINDS.map(([name, label]) => (
              <NumberInput key={form.key(name)} label={label} required min={0} max={128} allowDecimal={false} {...form.getInputProps(name)} />
            ))}
          </SimpleGrid>
          <TextInput label={t`Specials`} description={t`Visible signs that shells and consoles take as typed; neither letters nor digits.`} classNames={{ input: "sr-mono" }} spellCheck={false} {...form.getInputProps("specials")} key={form.key("specials")} />
          <TextInput label={t`Reason for the change`} required maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
        </>
      )}
    </FormDialog>
  );
}
