/** Giving somebody a level, for good or until a moment. */
import { Select, TextInput } from "@mantine/core";
import type { Access, Grant } from "../api/shapes";
import { readAgain } from "../api/queries";
import { FormDialog } from "../kit/FormDialog";
import { toLocal, toUtc } from "../kit/Moment";
import { zoneName } from "../kit/zone";
import { give, type Thing } from "./calls";
import { Explained } from "./Explained";
import { levelChoices } from "./levels";
import { PersonField, picked } from "./PersonField";

interface ShareDialogProps {
  thing: Thing;
  access: Access;
  /** The share that is changed; without one, a new one is given. */
  grant: Grant | null;
  opened: boolean;
  onClose: () => void;
}

export function ShareDialog({ thing, access, grant, opened, onClose }: ShareDialogProps) {
  const initial = { user_id: grant?.subject.id ?? "", level: grant?.level ?? ("VIEW"), until: toLocal(grant?.until) };
  const taken = [access.owner.id, ...access.grants.map(({ subject }) => subject.id)];

  async function submit({ user_id, level, until }: typeof initial) {
    await give(thing, { userId: picked(user_id), level, until: toUtc(until) ?? null }, access.version);
  }

  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={grant ? `Change the share of ${grant.subject.name}` : `Share this ${thing.shared}`}
      initial={initial}
      submit={submit}
      submitLabel={grant ? "Change share" : "Share"}
      reload={() => void readAgain("access").then(onClose)}
      consequence={({ user_id, level, until }) => <Explained thing={thing} userId={user_id} wanted={{ level, until: toUtc(until) ?? null }} />}
    >
      {(form) => (
        <>
          {!grant && <PersonField label="With" required except={taken} onChange={(id) => form.setFieldValue("user_id", id ?? "")} error={form.errors.user_id} path="user_id" />}
          <Select label="Level" required data={levelChoices(thing.shared)} {...form.getInputProps("level")} key={form.key("level")} />
          <TextInput type="datetime-local" label="Until (optional)" description={`In ${zoneName()}. Empty: until somebody takes it back. The share ends by itself.`} {...form.getInputProps("until")} key={form.key("until")} />
        </>
      )}
    </FormDialog>
  );
}
