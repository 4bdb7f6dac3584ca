/** What the vault is set to, for administrators: as decisions read it, and where each is changed. */
import { plural, t } from "@lingui/core/macro";
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
  if (!data) return <Skeleton height={160} aria-label={t`Loading`} />;
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
    <Card title={t`The vault: sessions and reasons`} beside={<Change what={t`sessions and reasons`} onPress={() => setOpened(true)} />}>
      <Facts
        facts={[
          [t`Sessions end`, t`${{ session_hours: hours(session_hours) }} after sign-in, or ${{ idle_minutes: settings.idle_minutes }} minutes after the last request`],
          [t`A reason`, reason_required ? t`is asked for before a password is shown or reset` : t`need not be given`],
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
    <Card title={t`The vault: new passwords`} beside={<Change what={t`new passwords`} onPress={() => setOpened(true)} />}>
      <Facts
        facts={[
          [t`Length`, t`${length} characters`],
          [t`At least`, t`upper case ${min_upper}, lower case ${min_lower}, digits ${min_digits}, specials ${min_specials}`],
          [t`Specials`, <code key="specials">{specials}</code>],
        ]}
      />
      <PolicyDialog settings={settings} opened={opened} onClose={() => setOpened(false)} />
    </Card>
  );
}

function VersionsCard({ settings: { release, log_format } }: { settings: SettingsInForce }) {
  const more = (
    <Anchor component={Link} to={paths.system()} size="xs">
      {t`System`}
    </Anchor>
  );
  return (
    <Card title={t`The vault: versions`} beside={more}>
      <Facts
        facts={[
          [t`Release`, release],
          [t`Format of the log`, String(log_format)],
          [t`Folders, ports, servers`, t`where strongroom up is started: its options and STRONGROOM_ variables`],
        ]}
      />
    </Card>
  );
}

function Change({ what, onPress }: { what: string; onPress: () => void }) {
  const why = whyNot(useCurrent().user.operations, "settings.change");
  return (
    <Press size="xs" icon="edit" why={why} onPress={onPress} label={t`Change ${what}`}>
      {t`Change`}
    </Press>
  );
}

export function hours(count: number): string {
  return plural(count, { one: "# hour", other: "# hours" });
}
