/** Handing a resource over to another owner. */
import { t } from "@lingui/core/macro";
import { useState } from "react";
import { useAccess } from "../access/calls";
import { PersonField, picked } from "../access/PersonField";
import { whyNot } from "../access/why";
import { readAgain } from "../api/queries";
import type { Resource } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { Press } from "../kit/Press";
import { handOver } from "./calls";

const EMPTY = { user_id: "" };

export function HandOver({ resource }: { resource: Resource }) {
  const [opened, setOpened] = useState(false);
  const why = whyNot(resource.may, "resource.transfer");
  const { data: access } = useAccess({ shared: "resource", id: resource.id }, opened);
  return (
    <>
      <Press why={why} onPress={() => setOpened(true)}>
        {t`Hand over`}
      </Press>
      {access && (
        <FormDialog
          opened={opened}
          onClose={() => setOpened(false)}
          title={t`Hand over ${{ resource: resource.name }}`}
          explain={t`It belongs to ${{ username: access.owner.username }}. The new owner decides who has access, you included: share it with yourself first if you need it.`}
          initial={EMPTY}
          submit={async ({ user_id }) => handOver(resource.id, picked(user_id), access.version)}
          submitLabel={t`Hand over`}
          danger
          reload={() => void readAgain("access").then(() => setOpened(false))}
        >
          {(form) => <PersonField label={t`New owner`} required except={[access.owner.id]} onChange={(id) => form.setFieldValue("user_id", id ?? "")} error={form.errors.user_id} path="user_id" />}
        </FormDialog>
      )}
    </>
  );
}
