/** Asks once, then does it to each of many and says line by line what came of each. */
import { t } from "@lingui/core/macro";
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { DataTable } from "./DataTable";
import { DialogForm, type Values } from "./FormDialog";
import { Sign, type Tone } from "./Sign";
import { again, type Each, type Outcome, summed, useEach } from "./useEach";

export interface EachDialogProps<T extends { id: string }, V extends Values> {
  opened: boolean;
  onClose: () => void;
  title: string;
  explain?: ReactNode;
  items: readonly T[];
  nameOf: (item: T) => string;
  initial: V;
  /** Throws what is wrong with the inputs, before anything is begun. */
  check?: (values: V) => void;
  /** Done to each; what it answers stands on that one's line. */
  act: (item: T, values: V) => Promise<string>;
  /** Once all have come to an end. */
  after?: () => Promise<unknown>;
  submitLabel: string;
  danger?: boolean;
  children?: (form: UseFormReturnType<V>) => ReactNode;
  consequence?: (values: V) => ReactNode;
}

export function EachDialog<T extends { id: string }, V extends Values>(props: EachDialogProps<T, V>) {
  const [busy, setBusy] = useState(false);
  const [begun, setBegun] = useState("");
  const close = () => {
    setBegun("");
    props.onClose();
  };
  // What was begun keeps its title, also when it takes its things out of the list behind.
  const title = begun || props.title;
  return (
    <Modal opened={props.opened} onClose={busy ? () => undefined : close} title={title} size="lg" closeOnEscape={!busy} withCloseButton={!busy} closeButtonProps={{ "aria-label": t`Close` }}>
      <Inside
        {...props}
        onClose={close}
        onBusy={(working) => {
          setBusy(working);
          setBegun(title);
        }}
      />
    </Modal>
  );
}

/** Made anew with each opening: what stood there before is gone. */
function Inside<T extends { id: string }, V extends Values>(props: EachDialogProps<T, V> & { onBusy: (busy: boolean) => void }) {
  const [begun, setBegun] = useState<{ items: readonly T[]; values: V } | null>(null);
  const each = useEach<T>();

  async function run(items: readonly T[], values: V) {
    props.onBusy(true);
    await each.run(items, (item) => props.act(item, values));
    props.onBusy(false);
    await props.after?.();
  }

  if (begun) return <Results {...props} {...begun} each={each} retry={(items) => void run(items, begun.values)} />;
  return (
    <DialogForm
      {...props}
      stays
      submit={(values) => {
        props.check?.(values);
        setBegun({ items: props.items, values });
        void run(props.items, values);
        return Promise.resolve();
      }}
    />
  );
}

interface ResultsProps<T> {
  items: readonly T[];
  nameOf: (item: T) => string;
  each: Each<T>;
  retry: (items: readonly T[]) => void;
  onClose: () => void;
}

function Results<T extends { id: string }>({ items, nameOf, each: { outcomes, running, stop }, retry, onClose }: ResultsProps<T>) {
  const failed = again(items, outcomes);
  return (
    <Stack gap="sm">
      <Text size="sm" role="status">
        {summed(outcomes)}
      </Text>
      <div className="sr-scroll">
        <DataTable caption={t`What came of each`} columns={columns(nameOf, outcomes)} rows={items} rowKey={({ id }) => id} empty={null} />
      </div>
      <Group justify="flex-end">
        {running && (
          <Button variant="default" onClick={stop}>
            {t`Begin no more`}
          </Button>
        )}
        {!running && failed.length > 0 && (
          <Button variant="default" onClick={() => retry(failed)}>
            {t`Try these again`}
          </Button>
        )}
        <Button onClick={onClose} disabled={running}>
          {t`Done`}
        </Button>
      </Group>
    </Stack>
  );
}

const SIGNS: Record<Outcome["at"], [Tone, string]> = {
  waiting: ["plain", t`waits`],
  running: ["busy", t`running`],
  done: ["good", t`done`],
  refused: ["bad", t`refused`],
  left: ["plain", t`not begun`],
};

function columns<T extends { id: string }>(nameOf: (item: T) => string, outcomes: ReadonlyMap<string, Outcome>) {
  const of = ({ id }: T): Outcome => outcomes.get(id) ?? { at: "waiting" };
  return [
    { name: t`Which`, long: true, cell: nameOf },
    {
      name: t`Result`,
      cell: (item: T) => {
        const [tone, word] = SIGNS[of(item).at];
        return <Sign tone={tone}>{word}</Sign>;
      },
    },
    {
      name: t`What it says`,
      long: true,
      cell: (item: T) => {
        const outcome = of(item);
        return "words" in outcome ? outcome.words : "";
      },
    },
  ];
}
