/** What the columns of an import mean, in words; and a file to begin with. */
import { t } from "@lingui/core/macro";
import type { ImportPreview, Meaning } from "../api/shapes";

export type Columns = Partial<Record<Meaning, number>>;

export const MEANINGS: Record<Meaning, string> = {
  resource: t`Resource`,
  type: t`Type`,
  address: t`Address or URL`,
  port: t`Port`,
  resource_description: t`Description of the resource`,
  account: t`Account`,
  password: t`Password`,
  account_description: t`Description of the account`,
};

export const MEANING_NAMES = Object.keys(MEANINGS) as Meaning[];

/** Headings that the server knows, and nothing below them: an example would be imported. */
export const TEMPLATE = `${MEANING_NAMES.map((name) => name.replaceAll("_", " ")).join(",")}\r\n`;

/** Where the headings say that each column stands. */
export function foundColumns({ headings }: Pick<ImportPreview, "headings">): Columns {
  return Object.fromEntries(headings.flatMap(({ at, means }) => (means ? [[means, at]] : [])));
}

/** The columns after one was chosen anew; null: it is not in the file. */
export function withColumn(columns: Columns, meaning: Meaning, at: number | null): Columns {
  return Object.fromEntries(MEANING_NAMES.flatMap((name) => {
    const place = name === meaning ? at : columns[name];
    return place === undefined || place === null ? [] : [[name, place]];
  }));
}

/** A heading as people find it in their file. */
export function headingName({ at, name }: { at: number; name: string | null }): string {
  return name ? t`${name} (column ${{ at: at + 1 }})` : t`Column ${{ at: at + 1 }}`;
}
