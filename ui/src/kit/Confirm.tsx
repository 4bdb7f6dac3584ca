/** A question before something that cannot be taken back, or not easily. */
import type { ReactNode } from "react";
import { FormDialog } from "./FormDialog";

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  confirmLabel: string;
  act: () => Promise<unknown>;
}

const NOTHING = {};

export function Confirm({ opened, onClose, title, children, confirmLabel, act }: ConfirmProps) {
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={title}
      explain={children}
      initial={NOTHING}
      submit={act}
      submitLabel={confirmLabel}
      danger
    />
  );
}
