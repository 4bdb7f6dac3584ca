/** A password as it stands on a page: masked, and for a moment open when somebody gives a reason. */
import { t } from "@lingui/core/macro";
import { Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { clipboardWorks } from "../kit/clipboard";
import { Legible } from "../kit/Legible";
import { Press } from "../kit/Press";
import { ClipboardNote } from "./ClipboardNote";
import { shownSeconds } from "./disclosure";
import type { State } from "./machine";
import styles from "./Password.module.css";
import { ReasonDialog } from "./ReasonDialog";
import { useDisclosure } from "./useDisclosure";

interface PasswordProps {
  accountId: string;
  /** Which of the account's passwords. */
  number: number;
  /** `the password of root`, for the names of the buttons. */
  of: string;
  /** Why it may not be shown, if so. */
  why: string | null;
  small?: boolean;
}

const NO_CLIPBOARD = t`This browser lets pages write to the clipboard over HTTPS only.`;

export function Password({ accountId, number, of, why, small }: PasswordProps) {
  const [state, disclosure] = useDisclosure(accountId, number);
  const size = small ? "xs" : "sm";
  return (
    <Stack gap="xs" className={small ? undefined : styles.box}>
      <Place state={state} of={of} small={small} />
      <Group gap="xs">
        {state.at === "shown" ? (
          <Press size={size} icon="hide" onPress={disclosure.cancel} label={t`Hide ${of}`}>
            {t`Hide`}
          </Press>
        ) : (
          <Press size={size} variant={small ? "default" : "filled"} icon="eye" why={why} onPress={() => disclosure.ask("view")} label={t`Show ${of}`}>
            {t`Show`}
          </Press>
        )}
        <Press size={size} icon="copy" why={why ?? (clipboardWorks() ? null : NO_CLIPBOARD)} onPress={() => disclosure.ask("copy")} label={t`Copy ${of}`}>
          {t`Copy`}
        </Press>
      </Group>
      {state.at === "copied" && <ClipboardNote />}
      <ReasonDialog state={state} disclosure={disclosure} of={of} />
    </Stack>
  );
}

function Place({ state, of, small }: { state: State; of: string; small?: boolean }) {
  const shown = state.at === "shown";
  return (
    <div>
      {shown ? <Legible label={of} read={state.held.read} /> : !small && <Mask />}
      {shown && <Text size="xs" c="dimmed" aria-hidden="true">{t`Hides itself in ${{ seconds: state.seconds }} s`}</Text>}
      {state.at === "expired" && <Text size="xs" c="dimmed">{t`Hidden again. Showing it once more is recorded once more.`}</Text>}
      <VisuallyHidden aria-live="polite">{shown ? t`Shown for ${{ seconds: shownSeconds.get() }} seconds.` : ""}</VisuallyHidden>
    </div>
  );
}

function Mask() {
  return (
    <div className={styles.mask}>
      <VisuallyHidden>{t`The password is hidden.`}</VisuallyHidden>
      <span aria-hidden="true">••••••••••••</span>
    </div>
  );
}
