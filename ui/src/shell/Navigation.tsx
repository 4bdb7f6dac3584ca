/** The way to every place. What is not for everybody is still there, and says for whom. */
import { t } from "@lingui/core/macro";
import { Tooltip } from "@mantine/core";
import { Link, useLocation } from "react-router";
import { Icon } from "../kit/icons";
import { useCurrent } from "../sessions/session";
import styles from "./Navigation.module.css";
import { isHere, type Place, SECTIONS } from "./places";

export function Navigation({ onGo }: { onGo: () => void }) {
  return (
    <nav aria-label={t`Main`} className={styles.nav}>
      {SECTIONS.map(({ label, places }) => (
        <div key={label}>
          <div className={styles.label} id={`section-${label}`}>
            {label}
          </div>
          <ul className={styles.section} aria-labelledby={`section-${label}`}>
            {places.map((place) => (
              <li key={place.to}>
                <NavigationLink place={place} onGo={onGo} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function NavigationLink({ place, onGo }: { place: Place; onGo: () => void }) {
  const { operations } = useCurrent().user;
  const here = isHere(place.to, useLocation().pathname);
  if (place.needs && !operations.includes(place.needs)) return <Closed place={place} />;
  return (
    <Link to={place.to} className={styles.link} aria-current={here ? "page" : undefined} onClick={onGo}>
      <Icon name={place.icon} size={16} />
      {place.label}
    </Link>
  );
}

function Closed({ place: { label, icon } }: { place: Place }) {
  const why = t`Your roles do not include this; administrators have it.`;
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }} position="right">
      <span role="link" tabIndex={0} aria-disabled="true" aria-label={`${label}. ${why}`} className={styles.link} data-closed="true">
        <Icon name={icon} size={16} />
        {label}
      </span>
    </Tooltip>
  );
}
