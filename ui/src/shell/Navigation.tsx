/** The places of the console. What is not for everybody is still there, and says for whom. */
import { NavLink, Stack, Tooltip } from "@mantine/core";
import { Link, useLocation } from "react-router";
import { Icon, type IconName } from "../kit/icons";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";

interface Place {
  label: string;
  to: string;
  icon: IconName;
  needs?: string;
}

const PLACES: readonly Place[] = [
  { label: "Resources", to: paths.resources(), icon: "server" },
  { label: "Accounts", to: paths.accounts(), icon: "key" },
  { label: "Users", to: paths.users(), icon: "people", needs: "user.view" },
  { label: "Audit trail", to: paths.audit(), icon: "trail", needs: "audit.read" },
  { label: "My sessions", to: paths.sessions(), icon: "clock" },
];

export function Navigation({ onGo }: { onGo: () => void }) {
  return (
    <nav aria-label="Main">
      <Stack gap={2}>
        {PLACES.map((place) => (
          <NavigationLink key={place.to} place={place} onGo={onGo} />
        ))}
      </Stack>
    </nav>
  );
}

function NavigationLink({ place, onGo }: { place: Place; onGo: () => void }) {
  const { operations } = useCurrent().user;
  const here = useLocation().pathname.startsWith(place.to);
  const icon = <Icon name={place.icon} />;
  if (place.needs && !operations.includes(place.needs)) return <Closed label={place.label} icon={place.icon} />;
  return (
    <NavLink component={Link} to={place.to} label={place.label} leftSection={icon} active={here} aria-current={here ? "page" : undefined} onClick={onGo} className="sr-nav" />
  );
}

function Closed({ label, icon }: { label: string; icon: IconName }) {
  const why = "Your roles do not include this; administrators have it.";
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }} position="right">
      <NavLink component="a" role="link" tabIndex={0} aria-disabled="true" aria-label={`${label}. ${why}`} label={label} leftSection={<Icon name={icon} />} c="dimmed" className="sr-nav" data-closed="true" />
    </Tooltip>
  );
}
