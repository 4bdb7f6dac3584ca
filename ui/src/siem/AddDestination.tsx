/** Adding a SIEM destination: where it is, how it is known, and how we are. */
import { t } from "@lingui/core/macro";
import { Checkbox, PasswordInput, SegmentedControl, Text, Textarea, TextInput } from "@mantine/core";
import { whyNot } from "../access/why";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { useAddressed } from "../kit/useAddressed";
import { useCurrent } from "../sessions/session";
import { addDestination, type NewDestination } from "./calls";

const EMPTY: NewDestination & Record<string, unknown> = { name: "", kind: "syslog", address: "", authority: "", certificate: "", secret: "", pseudonyms: false, from: "now", reason: "" };

export function AddDestination() {
  const why = whyNot(useCurrent().user.operations, "settings.change");
  const [opened, open, close] = useAddressed("add", why === null);
  return (
    <>
      <Press variant="filled" icon="plus" why={why} onPress={open}>
        {t`Add destination`}
      </Press>
      <FormDialog opened={opened} onClose={close} title={t`Add a SIEM destination`} explain={t`Every event will be sent there. It cannot be changed later: for another address, add another one.`} initial={EMPTY} submit={addDestination} submitLabel={t`Add destination`}>
        {(form) => {
          const field = (name: keyof NewDestination) => ({ ...form.getInputProps(name), key: form.key(name) });
          const kind = form.getValues().kind;
          const syslog = kind === "syslog";
          return (
            <>
              <SegmentedControl aria-label={t`How events get there`} fullWidth data={[{ value: "syslog", label: t`Syslog over TLS` }, { value: "webhook", label: t`Webhook` }, { value: "nats", label: t`NATS` }]} {...field("kind")} />
              <TextInput label={t`Name`} required maxLength={200} data-autofocus autoComplete="off" {...field("name")} />
              {kind === "nats" ? (
                <Text size="sm">{t`To the stream AUDIT on our own NATS. Consumers are admitted at the command line: strongroom siem consumers add.`}</Text>
              ) : (
                <>
                  <TextInput label={t`Address`} required maxLength={200} autoComplete="off" spellCheck={false} description={syslog ? t`Host and port, as in siem.example:6514` : t`As in https://siem.example/events`} {...field("address")} />
                  <Textarea label={t`Certificates of its authority (optional)`} description={t`PEM. Left empty, those that this machine trusts.`} rows={3} spellCheck={false} {...field("authority")} />
                  {syslog && <Textarea label={t`Our certificate (optional)`} description={t`PEM, for a receiver that asks who we are`} rows={3} spellCheck={false} {...field("certificate")} />}
                  {syslog ? (
                    <Textarea label={t`Key of our certificate (optional)`} description={t`PEM. Kept sealed, never shown again.`} rows={3} spellCheck={false} autoComplete="off" {...field("secret")} />
                  ) : (
                    <PasswordInput label={t`Secret`} description={t`At least 32 characters; requests are signed with it. Kept sealed, never shown again.`} required autoComplete="off" {...field("secret")} />
                  )}
                </>
              )}
              <SegmentedControl aria-label={t`Where it begins`} fullWidth data={[{ value: "now", label: t`From now on` }, { value: "beginning", label: t`From the first event` }]} {...field("from")} />
              <Checkbox label={t`Names of people and reasons as pseudonyms`} {...form.getInputProps("pseudonyms", { type: "checkbox" })} key={form.key("pseudonyms")} />
              <TextInput label={t`Reason`} required maxLength={500} {...field("reason")} />
            </>
          );
        }}
      </FormDialog>
    </>
  );
}
