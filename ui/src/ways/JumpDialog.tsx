/** Saying over which other resource this one is reached. */
import { t } from "@lingui/core/macro";
import { readAgain } from "../api/queries";
import type { Resource, ResetWay } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { pickedResource, ResourceField } from "../resources/ResourceField";
import { setJumpHost } from "./calls";

const EXPLAIN = t`A worker signs in there as whoever changes that resource's passwords, and goes on from there. Both host keys must be the pinned ones. There may be three hosts on the way at most.`;
const EMPTY = { resource_id: "" };

export function JumpDialog({ resource, way, opened, onClose }: { resource: Resource; way: ResetWay; opened: boolean; onClose: () => void }) {
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t`Jump host of ${{ resource: resource.name }}`}
      explain={EXPLAIN}
      initial={EMPTY}
      submit={({ resource_id }) => setJumpHost(resource.id, way, pickedResource(resource_id))}
      submitLabel={t`Set jump host`}
      reload={() => void readAgain("resource").then(onClose)}
    >
      {(form) => <ResourceField label={t`Jump host`} required except={resource.id} onChange={(id) => form.setFieldValue("resource_id", id ?? "")} error={form.errors.resource_id} />}
    </FormDialog>
  );
}
