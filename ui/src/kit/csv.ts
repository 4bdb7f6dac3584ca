/** Lines of CSV for whoever opens them in a spreadsheet: nothing in them is computed. */
const FORMULA = /^[=+\-@\t\r\n]/;
const QUOTED = /[",\r\n]/;

export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => cells.map(cell).join(",") + "\r\n").join("");
}

function cell(value: string | number): string {
  const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
