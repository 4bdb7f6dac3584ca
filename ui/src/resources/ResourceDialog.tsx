/** Adding and editing a resource: the same inputs. */
import { t } from "@lingui/core/macro";
import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import type { Resource, ResourceBody } from "../api/shapes";
import { readAgain } from "../api/queries";
import { FormDialog } from "../kit/FormDialog";
import { TYPE_CHOICES } from "./types";

interface ResourceDialogProps {
  resource: Resource | null;
  opened: boolean;
  onClose: () => void;
  save: (body: ResourceBody) => Promise<unknown>;
}

export function ResourceDialog({ resource, opened, onClose, save }: ResourceDialogProps) {
  const initial = initialOf(resource);
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={resource ? t`Edit ${{ resource: resource.name }}` : t`Add a resource`}
      explain={resource ? undefined : t`A system that has accounts: a host, a database, a website. You become its owner.`}
      initial={initial}
      submit={(values) => save(bodyOf(values))}
      submitLabel={resource ? t`Save` : t`Add resource`}
      reload={() => void readAgain("resource").then(onClose)}
    >
      {(form) => (
        <>
          <TextInput label={t`Name`} required maxLength={200} data-autofocus {...form.getInputProps("name")} key={form.key("name")} />
          <Select label={t`Type`} required data={TYPE_CHOICES} {...form.getInputProps("type")} key={form.key("type")} />
          <TextInput label={t`Address`} required maxLength={253} description={t`Host name or IP address.`} {...form.getInputProps("address")} key={form.key("address")} autoCapitalize="none" spellCheck={false} />
          <NumberInput label={t`Port (optional)`} min={1} max={65535} allowDecimal={false} hideControls description={t`Empty: the usual one.`} {...form.getInputProps("port")} key={form.key("port")} />
          <Textarea label={t`Description (optional)`} autosize minRows={2} maxRows={6} maxLength={2000} {...form.getInputProps("description")} key={form.key("description")} />
        </>
      )}
    </FormDialog>
  );
}

type Inputs = Required<Omit<ResourceBody, "port" | "description">> & { port: number | ""; description: string };

function initialOf(resource: Resource | null): Inputs {
  return {
    name: resource?.name ?? "",
    type: resource?.type ?? "linux",
    address: resource?.address ?? "",
    port: resource?.port ?? "",
    description: resource?.description ?? "",
  };
}

function bodyOf(values: Inputs): ResourceBody {
  return { ...values, port: values.port === "" ? null : values.port };
}
