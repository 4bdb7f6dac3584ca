/** What the vault is set to, for administrators: as decisions read it, and where each is changed. */
import { Anchor, Skeleton } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { whyNot } from "../access/why";
import type { SettingsInForce } from "../api/shapes";
import { Card } from "../kit/Card";
import { Facts } from "../kit/Facts";
import { Press } from "../kit/Press";
import { Trouble } from "../kit/Trouble";
import { paths } from "../paths";
import { useCurrent } from "../sessions/session";
import { useSettings } from "./calls";
import { PolicyDialog } from "./PolicyDialog";
import { RulesDialog } from "./RulesDialog";

export function VaultCards() {
  const { data, error, refetch } = useSettings();
  if (error && !data) return <Trouble failure={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={160} aria-label="Loading" />;
  return (
    <>
      <RulesCard settings={data} />
      <PolicyCard settings={data} />
      <VersionsCard settings={data} />
    </>
  );
}

function RulesCard({ settings }: { settings: SettingsInForce }) {
  const [opened, setOpened] = useState(false);
  const { reason_required, session_hours } = settings.rules;
  return (
    <Card title="The vault: sessions and reasons" beside={<Change what="sessions and reasons" onPress={() => setOpened(true)} />}>
      <Facts
        facts={[
          ["Sessions end", `${hours(session_hours)} after sign-in, or ${settings.idle_minutes} minutes after the last request`],
          ["A reason", reason_required ? "is asked for before a password is shown or reset" : "need not be given"],
        ]}
      />
      <RulesDialog settings={settings} opened={opened} onClose={() => setOpened(false)} />
    </Card>
  );
}

function PolicyCard({ settings }: { settings: SettingsInForce }) {
  const [opened, setOpened] = useState(false);
  const { length, min_upper, min_lower, min_digits, min_specials, specials } = settings.policy;
  return (
    <Card title="The vault: new passwords" beside={<Change what="new passwords" onPress={() => setOpened(true)} />}>
      <Facts
        facts={[
          ["Length", `${length} characters`],
          ["At least", `upper case ${min_upper}, lower case ${min_lower}, digits ${min_digits}, specials ${min_specials}`],
          ["Specials", <code key="specials">{specials}</code>],
        ]}
      />
      <PolicyDialog settings={settings} opened={opened} onClose={() => setOpened(false)} />
    </Card>
  );
}

function VersionsCard({ settings: { release, log_format } }: { settings: SettingsInForce }) {
  const more = (
    <Anchor component={Link} to={paths.system()} size="xs">
      System
    </Anchor>
  );
  return (
    <Card title="The vault: versions" beside={more}>
      <Facts
        facts={[
          ["Release", release],
          ["Format of the log", String(log_format)],
          ["Folders, ports, servers", "where strongroom up is started: its options and STRONGROOM_ variables"],
        ]}
      />
    </Card>
  );
}

function Change({ what, onPress }: { what: string; onPress: () => void }) {
  const why = whyNot(useCurrent().user.operations, "settings.change");
  return (
    <Press size="xs" icon="edit" why={why} onPress={onPress} label={`Change ${what}`}>
      Change
    </Press>
  );
}

export function hours(count: number): string {
  return count === 1 ? "1 hour" : `${count} hours`;
}
