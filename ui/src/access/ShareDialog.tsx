/** Giving somebody a level, for good or until a moment. */
import { t } from "@lingui/core/macro";
import { Select, TextInput } from "@mantine/core";
import type { Access, Grant } from "../api/shapes";
import { readAgain } from "../api/queries";
import { FormDialog } from "../kit/FormDialog";
import { toLocal, toUtc } from "../kit/Moment";
import { zoneName } from "../kit/zone";
import { give, type Thing } from "./calls";
import { Explained } from "./Explained";
import { levelChoices, type Shared } from "./levels";
import { PersonField, picked } from "./PersonField";

interface ShareDialogProps {
  thing: Thing;
  access: Access;
  /** The share that is changed; without one, a new one is given. */
  grant: Grant | null;
  opened: boolean;
  onClose: () => void;
}

const SHARE_THIS: Record<Shared, string> = { resource: t`Share this resource`, account: t`Share this account` };

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
      title={grant ? t`Change the share of ${{ subject: grant.subject.name }}` : SHARE_THIS[thing.shared]}
      initial={initial}
      submit={submit}
      submitLabel={grant ? t`Change share` : t`Share`}
      reload={() => void readAgain("access").then(onClose)}
      consequence={({ user_id, level, until }) => <Explained thing={thing} userId={user_id} wanted={{ level, until: toUtc(until) ?? null }} />}
    >
      {(form) => (
        <>
          {!grant && <PersonField label={t`With`} required except={taken} onChange={(id) => form.setFieldValue("user_id", id ?? "")} error={form.errors.user_id} path="user_id" />}
          <Select label={t`Level`} required data={levelChoices(thing.shared)} {...form.getInputProps("level")} key={form.key("level")} />
          <TextInput type="datetime-local" label={t`Until (optional)`} description={t`In ${{ zoneName: zoneName() }}. Empty: until somebody takes it back. The share ends by itself.`} {...form.getInputProps("until")} key={form.key("until")} />
        </>
      )}
    </FormDialog>
  );
}
