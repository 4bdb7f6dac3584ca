/** Changing how long sessions last, and whether a reason is asked for. */
import { t } from "@lingui/core/macro";
import { NumberInput, Switch, TextInput } from "@mantine/core";
import { readAgain } from "../api/queries";
import type { SettingsInForce } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { changeRules } from "./calls";

interface DialogProps {
  settings: SettingsInForce;
  opened: boolean;
  onClose: () => void;
}

export function RulesDialog({ settings: { rules, rules_version }, opened, onClose }: DialogProps) {
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t`Sessions and reasons`}
      explain={t`For everybody, from now on. Sessions that run keep the end they have. The change stands in the audit trail.`}
      initial={{ ...rules, reason: "" }}
      submit={({ reason, ...wanted }) => changeRules(wanted, reason, rules_version)}
      submitLabel={t`Change`}
      reload={() => void readAgain("settings").then(onClose)}
    >
      {(form) => (
        <>
          <NumberInput label={t`Hours a session lasts at most`} required min={1} max={24} allowDecimal={false} {...form.getInputProps("session_hours")} key={form.key("session_hours")} />
          <Switch label={t`Ask for a reason before a password is shown or reset`} {...form.getInputProps("reason_required", { type: "checkbox" })} key={form.key("reason_required")} />
          <TextInput label={t`Reason for the change`} required maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
        </>
      )}
    </FormDialog>
  );
}
