/** What there is to say: the worst first, each with what to do; what is well can be unfolded. */
import { plural, t } from "@lingui/core/macro";
import { Text } from "@mantine/core";
import { useState } from "react";
import type { System } from "../api/shapes";
import { Card } from "../kit/Card";
import { type Column, DataTable } from "../kit/DataTable";
import { Empty } from "../kit/Empty";
import { Press } from "../kit/Press";
import { Sign } from "../kit/Sign";
import { GRADES } from "./words";

type Finding = System["findings"][number];

export function FindingsCard({ findings }: { findings: readonly Finding[] }) {
  const [all, setAll] = useState(false);
  const wrong = findings.filter(({ grade }) => grade !== "well");
  const well = findings.length - wrong.length;
  const beside = (
    <Press size="xs" onPress={() => setAll(!all)}>
      {all ? t`Show what needs looking at` : t`Show all ${{ count: findings.length }}`}
    </Press>
  );
  return (
    <Card title={t`Findings`} flush beside={beside}>
      <DataTable
        caption={t`Findings`}
        columns={COLUMNS}
        rows={all ? findings : wrong}
        rowKey={(row) => `${row.check} ${row.says}`}
        empty={<Empty title={t`Everything is well`} icon="done">{t`${plural(well, { one: "# check was made", other: "# checks were made" })} just now. “strongroom doctor” on the machine itself sees more: ports, folders and key files.`}</Empty>}
      />
    </Card>
  );
}

const COLUMNS: readonly Column<Finding>[] = [
  { name: t`Grade`, cell: ({ grade }) => <Sign tone={GRADES[grade].tone}>{GRADES[grade].name}</Sign> },
  { name: t`What`, cell: ({ check }) => check },
  {
    name: t`Says`,
    long: true,
    cell: ({ says, remedy }) => (
      <>
        <Text size="sm">{says}</Text>
        {remedy && (
          <Text size="xs" c="dimmed">
            {t`What to do: ${remedy}`}
          </Text>
        )}
      </>
    ),
  },
];
