/** Saying who signs in for the accounts of a resource, how he is raised, and whose password su asks for. */
import { t } from "@lingui/core/macro";
import { List, Select, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useResourceAccounts } from "../accounts/calls";
import { readAgain } from "../api/queries";
import type { Resource, ResetWay } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { setResetWay } from "./calls";
import { bodyOf, type Elevation, ELEVATIONS, valuesOf } from "./words";

const EXPLAIN = t`Use it where accounts may not sign in themselves, root for example. Whoever sets it needs Modify on the accounts that are named.`;
const CHOICES = Object.entries(ELEVATIONS).map(([value, label]) => ({ value, label }));
const ITSELF = { value: "", label: t`Nobody: each account changes its own` };

interface WayDialogProps {
  resource: Resource;
  way: ResetWay;
  opened: boolean;
  onClose: () => void;
}

export function WayDialog({ resource, way, opened, onClose }: WayDialogProps) {
  const initial = valuesOf(way);
  const [chosen, setChosen] = useState(initial);
  const accounts = useAllAccounts(resource.id, opened);
  const choose = (change: Partial<typeof initial>) => setChosen((before) => ({ ...before, ...change }));
  return (
    <FormDialog
      opened={opened}
      onClose={() => {
        setChosen(initial);
        onClose();
      }}
      title={t`Who changes the passwords of ${{ resource: resource.name }}`}
      explain={EXPLAIN}
      initial={initial}
      submit={() => setResetWay(resource.id, way, bodyOf(chosen))}
      submitLabel={t`Set`}
      reload={() => void readAgain("resource").then(onClose)}
    >
      {(form) => (
        <>
          <Select label={t`Who signs in`} data={[ITSELF, ...accounts]} value={chosen.login_id} onChange={(login_id) => choose({ login_id: login_id ?? "" })} allowDeselect={false} searchable error={form.errors.login_id} data-path="login_id" data-autofocus />
          {chosen.login_id !== "" && (
            <Select label={t`How it gets the right to`} data={CHOICES} value={chosen.elevation} onChange={(elevation) => choose({ elevation: (elevation ?? "sudo") as Elevation })} allowDeselect={false} error={form.errors.elevation} data-path="elevation" />
          )}
          {chosen.login_id !== "" && chosen.elevation === "su" && (
            <Select label={t`Whose password su asks for`} required data={accounts.filter(({ value }) => value !== chosen.login_id)} value={chosen.root_id || null} onChange={(root_id) => choose({ root_id: root_id ?? "" })} allowDeselect={false} searchable error={form.errors.root_id} data-path="root_id" />
          )}
          <Consequences elevation={chosen.login_id === "" ? null : chosen.elevation} />
        </>
      )}
    </FormDialog>
  );
}

/** Page after page, while the dialog is open: whoever is chosen must stand in the list. */
function useAllAccounts(resourceId: string, opened: boolean) {
  const { rows, more, loadingMore } = useResourceAccounts(resourceId);
  useEffect(() => {
    if (opened && more && !loadingMore) more();
  }, [opened, more, loadingMore]);
  return rows.map(({ id, username }) => ({ value: id, label: username }));
}

function Consequences({ elevation }: { elevation: Elevation | null }) {
  if (elevation === null) return <Text size="sm">{t`A worker signs in as each account with its present password. Accounts that may not sign in over SSH cannot be reset.`}</Text>;
  return (
    <List size="sm" aria-label={t`What follows`}>
      <List.Item>{t`Each use of its password for another account is recorded before it is opened.`}</List.Item>
      <List.Item>{t`If the resource refuses it, no reset tries it again until somebody says so: it must not be locked.`}</List.Item>
      {elevation === "sudo" && <List.Item>{t`It must be allowed to run /usr/sbin/chpasswd as root, and need be allowed nothing else.`}</List.Item>}
    </List>
  );
}
