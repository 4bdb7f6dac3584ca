/** How the console is for me, and, for administrators, how the vault is for everybody: what is shown is in force. */
import { t } from "@lingui/core/macro";
import { Columns } from "../kit/Columns";
import { Page } from "../kit/Page";
import { useMay } from "../sessions/session";
import { KeysCard } from "./KeysCard";
import { MineCard } from "./MineCard";
import { VaultCards } from "./VaultCards";

export function Component() {
  const operates = useMay("system.view");
  return (
    <Page title={t`Settings`} explain={t`Yours are kept in this browser and act at once.`}>
      <Columns beside={<KeysCard />}>
        <MineCard />
        {operates && <VaultCards />}
      </Columns>
    </Page>
  );
}
