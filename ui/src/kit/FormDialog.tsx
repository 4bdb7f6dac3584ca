/** A dialog with a form: problems stand beside their inputs, focus goes to the first, nothing outlives the dialog. */
import { t } from "@lingui/core/macro";
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { FormTrouble } from "./FormTrouble";
import { useAction } from "./useAction";

export type Values = Record<string, unknown>;

export interface FormDialogProps<V extends Values> {
  opened: boolean;
  onClose: () => void;
  title: string;
  explain?: ReactNode;
  initial: V;
  submit: (values: V) => Promise<unknown>;
  submitLabel: string;
  danger?: boolean;
  /** Offered when the thing has changed since it was read (412). */
  reload?: () => void;
  children?: (form: UseFormReturnType<V>) => ReactNode;
  /** Stands below the inputs and follows what is in them: what would come of it. */
  consequence?: (values: V) => ReactNode;
}

export function FormDialog<V extends Values>(props: FormDialogProps<V>) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title} closeButtonProps={{ "aria-label": t`Close` }}>
      <DialogForm {...props} />
    </Modal>
  );
}

/** The form alone; it closes when it has worked, unless it `stays`. */
export function DialogForm<V extends Values>(props: Omit<FormDialogProps<V>, "opened" | "title"> & { stays?: boolean }) {
  const [values, setValues] = useState(props.initial);
  const form = useForm<V>({ mode: "uncontrolled", initialValues: props.initial, onValuesChange: setValues });
  const { run, busy, failure } = useAction(props.submit);
  const known = Object.keys(props.initial);

  async function send(sent: V) {
    const worked = await run(sent);
    if (worked && !props.stays) props.onClose();
  }

  return (
    <form onSubmit={form.onSubmit((sent) => void send(sent))}>
      <Stack gap="sm">
        {props.explain && <Text size="sm" c="dimmed" component="div">{props.explain}</Text>}
        <FormTrouble form={form} known={known} failure={failure} reload={props.reload} />
        {props.children?.(form)}
        {props.consequence?.(values)}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={props.onClose}>
            {t`Cancel`}
          </Button>
          <Button type="submit" loading={busy} color={props.danger ? "red" : undefined}>
            {props.submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
