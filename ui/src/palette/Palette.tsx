/** Go anywhere, find anything, do the common things: by keyboard alone. */
import { t } from "@lingui/core/macro";
import { Modal, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type KeyboardEvent, useState } from "react";
import { useNavigate } from "react-router";
import { Icon } from "../kit/icons";
import { useCurrent } from "../sessions/session";
import { leave } from "../shell/leave";
import { moved, type Offer, offersFor } from "./commands";
import { useFound } from "./found";
import styles from "./Palette.module.css";

const MOVES: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

export default function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size="lg" yOffset="12dvh" centered={false}>
      <Modal.Overlay />
      <Modal.Content aria-label={t`Palette`} className={styles.content}>
        <Inside onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Inside({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const { operations } = useCurrent().user;
  const found = useFound(asked);
  const offers = [...offersFor(typed, operations), ...found];
  const take = useTaking(onClose);
  const here = Math.min(at, Math.max(0, offers.length - 1));

  function press(event: KeyboardEvent) {
    const by = MOVES[event.key];
    const offer = offers[here];
    if (by !== undefined) setAt(moved(here, by, offers.length));
    else if (event.key === "Enter" && offer) take(offer);
    else return;
    event.preventDefault();
  }

  return (
    <>
      <div className={styles.field}>
        <Icon name="search" size={16} />
        <input
          data-autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette"
          aria-activedescendant={offers.length > 0 ? `offer-${here}` : undefined}
          aria-autocomplete="list"
          aria-label={t`Go to, find or do`}
          placeholder={t`Go to, find or do…`}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          value={typed}
          onKeyDown={press}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
        />
      </div>
      <Offers offers={offers} at={here} take={take} />
      <div className={styles.keys} aria-hidden="true">
        <span>{t`↑ ↓ to choose`}</span>
        <span>{t`Enter to go`}</span>
        <span>{t`Esc to close`}</span>
      </div>
    </>
  );
}

function Offers({ offers, at, take }: { offers: readonly Offer[]; at: number; take: (offer: Offer) => void }) {
  return (
    <div id="palette" role="listbox" aria-label={t`Offers`} className={styles.list}>
      {offers.map((offer, index) => (
        <div
          key={offer.id}
          id={`offer-${index}`}
          ref={index === at ? intoView : undefined}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className={styles.offer}
          onClick={() => take(offer)}
          onKeyDown={(event) => event.key === "Enter" && take(offer)}
        >
          <Icon name={offer.icon} size={16} />
          <span className={styles.label}>{offer.label}</span>
          <span className={styles.hint}>{offer.hint}</span>
        </div>
      ))}
    </div>
  );
}

function intoView(node: HTMLElement | null): void {
  node?.scrollIntoView({ block: "nearest" });
}

/** Does what was chosen, and closes first: what it does may open something else. */
function useTaking(onClose: () => void): (offer: Offer) => void {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return ({ id, to }) => {
    onClose();
    if (to !== undefined) void navigate(to);
    else if (id === "theme") setColorScheme(dark ? "light" : "dark");
    else if (id === "sign out") void leave();
  };
}
