/** No password without a reason: it stands in the audit trail beside the name. */
import { t } from "@lingui/core/macro";
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { FormTrouble } from "../kit/FormTrouble";
import type { Disclosure, Reasons } from "./disclosure";
import type { Purpose, State } from "./machine";

interface ReasonDialogProps {
  state: State;
  disclosure: Disclosure;
  of: string;
}

const EMPTY: Reasons = { reason: "", ticket: "" };
const FIELDS = Object.keys(EMPTY);
const VERBS: Record<Purpose, string> = { view: t`Show`, copy: t`Copy` };

export function ReasonDialog({ state, disclosure, of }: ReasonDialogProps) {
  const open = state.at === "asking" || state.at === "waiting";
  const verb = open ? VERBS[state.purpose] : "";
  return (
    <Modal opened={open} onClose={disclosure.cancel} title={`${verb} ${of}`} closeButtonProps={{ "aria-label": t`Close` }} transitionProps={{ duration: 0 }}>
      {open && <ReasonForm state={state} disclosure={disclosure} verb={verb} />}
    </Modal>
  );
}

interface ReasonFormProps {
  state: Extract<State, { purpose: Purpose }>;
  disclosure: Disclosure;
  verb: string;
}

function ReasonForm({ state, disclosure, verb }: ReasonFormProps) {
  const form = useForm({ mode: "uncontrolled", initialValues: EMPTY });
  const failure = state.at === "asking" ? state.failure : null;
  return (
    <form onSubmit={form.onSubmit((values) => void disclosure.reasoned(values))}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t`Your name, the time and your reason are recorded before the password leaves Strongroom.`}
        </Text>
        <FormTrouble form={form} failure={failure} known={FIELDS} />
        <TextInput label={t`Reason`} required data-autofocus maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
        <TextInput label={t`Ticket (optional)`} maxLength={64} {...form.getInputProps("ticket")} key={form.key("ticket")} />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={disclosure.cancel}>
            {t`Cancel`}
          </Button>
          <Button type="submit" loading={state.at === "waiting"}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
