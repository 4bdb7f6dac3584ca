/** Which column of the file means what: found by the headings, and changed by whoever knows better. */
import { t } from "@lingui/core/macro";
import { Select, Text } from "@mantine/core";
import type { ImportPreview, Meaning, ResourceType } from "../api/shapes";
import { Card } from "../kit/Card";
import { TYPE_CHOICES } from "../resources/types";
import { type Columns, headingName, MEANING_NAMES, MEANINGS, withColumn } from "./meanings";

interface ColumnMapProps {
  /** Null while the file is being looked at. */
  headings: ImportPreview["headings"] | null;
  columns: Columns;
  choose: (columns: Columns) => void;
  usual: ResourceType | null;
  chooseUsual: (type: ResourceType | null) => void;
}

const NOWHERE = { value: "", label: t`Not in the file` };
const TYPES: { value: ResourceType | ""; label: string }[] = [{ value: "", label: t`None: such a row is an error` }, ...TYPE_CHOICES];

export function ColumnMap({ headings, columns, choose, usual, chooseUsual }: ColumnMapProps) {
  const choices = [NOWHERE, ...(headings ?? []).map((heading) => ({ value: String(heading.at), label: headingName(heading) }))];
  const unnamed = headings?.every(({ name }) => name === null) ?? false;
  return (
    <Card title={t`Columns`}>
      {unnamed && <Text size="sm" mb="xs">{t`The first row holds no headings that are known here. It is not shown, for a password may stand in it, and it is not imported.`}</Text>}
      <div className="sr-filters">
        {MEANING_NAMES.map((meaning) => (
          <Place key={meaning} meaning={meaning} choices={choices} at={columns[meaning]} disabled={headings === null} choose={(at) => choose(withColumn(columns, meaning, at))} />
        ))}
        <Select label={t`Type of new resources whose rows name none`} data={TYPES} value={usual ?? ""} disabled={headings === null} allowDeselect={false} onChange={(type) => chooseUsual(type === "" ? null : type)} />
      </div>
      <Text size="xs" c="dimmed" mt="xs">
        {t`Descriptions are shown to everybody who sees the resource or the account. Notes often hold secrets: choose their column only if yours do not.`}
      </Text>
    </Card>
  );
}

interface PlaceProps {
  meaning: Meaning;
  choices: { value: string; label: string }[];
  at: number | undefined;
  disabled: boolean;
  choose: (at: number | null) => void;
}

function Place({ meaning, choices, at, disabled, choose }: PlaceProps) {
  return <Select label={MEANINGS[meaning]} data={choices} value={at === undefined ? "" : String(at)} disabled={disabled} allowDeselect={false} onChange={(value) => choose(value ? Number(value) : null)} />;
}
