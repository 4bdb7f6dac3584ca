/** Giving the vault a private SSH key: it goes in, and never comes out again. */
import { t } from "@lingui/core/macro";
import { Textarea, TextInput } from "@mantine/core";
import type { Account } from "../api/shapes";
import { FormDialog } from "../kit/FormDialog";
import { setKey } from "./calls";

const EMPTY = { private_key: "", reason: "" };

export function KeyDialog({ account, opened, onClose }: { account: Account; opened: boolean; onClose: () => void }) {
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t`SSH key of ${{ username: account.username }}`}
      explain={t`Paste the private key, without a passphrase: Ed25519, ECDSA, or RSA of 2048 to 4096 bits. It is sealed, and never shown again; its public half is. Delete other copies afterwards.`}
      initial={EMPTY}
      submit={({ private_key, reason }) => setKey(account.id, private_key, reason)}
      submitLabel={t`Seal the key`}
    >
      {(form) => (
        <>
          <Textarea label={t`Private key`} required autosize minRows={4} maxRows={8} placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" spellCheck={false} autoComplete="off" classNames={{ input: "sr-mono" }} data-autofocus {...form.getInputProps("private_key")} key={form.key("private_key")} />
          <TextInput label={t`Reason`} required maxLength={500} {...form.getInputProps("reason")} key={form.key("reason")} />
        </>
      )}
    </FormDialog>
  );
}
