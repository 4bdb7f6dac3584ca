import { describe, expect, it } from "vitest";
import type { ImportRow, RowDone } from "../src/api/shapes";
import { linesOf } from "../src/imports/lines";
import { foundColumns, headingName, withColumn } from "../src/imports/meanings";
import { countsOf, failedCsv, filtered, importable, worthRetrying } from "../src/imports/rows";
import { csvLines } from "../src/kit/csv";

function row(number: number, outcome: ImportRow["outcome"], more: Partial<ImportRow> = {}): ImportRow {
  return { row: number, outcome, resource: "web", type: "linux", address: "web", port: null, username: "root", generates: false, same_as: null, troubles: [], ...more };
}

function done(number: number, outcome: RowDone["outcome"], message?: string): [number, RowDone] {
  return [number, { kind: "row", row: number, outcome, resource_id: null, account_id: null, adds_resource: false, troubles: message ? [{ column: null, message }] : [] }];
}

const ROWS = [row(2, "new_resource"), row(3, "new_account"), row(4, "there"), row(5, "error", { troubles: [{ column: "port", message: "A port is a number." }] })];

describe("the rows of an import", () => {
  it("are counted by what would become of them, and then by what did", () => {
    expect(countsOf(ROWS, new Map())).toEqual({ all: 4, new: 2, there: 1, errors: 1 });
    const results = new Map([done(2, "added"), done(3, "failed", "no")]);
    expect(countsOf(ROWS, results)).toEqual({ all: 4, new: 1, there: 1, errors: 2 });
    expect(filtered(ROWS, results, "errors").map((each) => each.row)).toEqual([3, 5]);
  });

  it("are imported where they are new, and tried again where they failed", () => {
    expect(importable(ROWS)).toEqual([2, 3]);
    expect(worthRetrying(ROWS, new Map([done(2, "added"), done(3, "failed"), done(5, "failed")]))).toEqual([3]);
  });

  it("are told of in a file that no spreadsheet computes", () => {
    const rows = [...ROWS, row(6, "new_account", { resource: "=cmd|'x'!A0", username: 'a"b' })];
    expect(failedCsv({ rows }, new Map([done(6, "failed", "Refused, twice")]))).toBe(
      "row,resource,account,what to do\r\n5,web,root,Port: A port is a number.\r\n6,'=cmd|'x'!A0,\"a\"\"b\",\"Refused, twice\"\r\n",
    );
    for (const evil of ["=1", "+1", "-1", "@x", "\tx"]) expect(csvLines([[evil]])).toBe(`'${evil}\r\n`);
  });
});

describe("the columns of an import", () => {
  it("are found by the headings and chosen anew", () => {
    const columns = foundColumns({ headings: [{ at: 0, name: "Title", means: "resource" }, { at: 1, name: null, means: null }, { at: 2, name: "Password", means: "password" }] });
    expect(columns).toEqual({ resource: 0, password: 2 });
    expect(withColumn(columns, "account", 1)).toEqual({ resource: 0, account: 1, password: 2 });
    expect(withColumn(columns, "password", null)).toEqual({ resource: 0 });
  });

  it("have a name that never is what stands in them", () => {
    expect([headingName({ at: 0, name: "Title" }), headingName({ at: 1, name: null })]).toEqual(["Title (column 1)", "Column 2"]);
  });
});

describe("an answer line by line", () => {
  it("is read wherever it is cut", async () => {
    const bytes = new TextEncoder().encode('{"a":"ü🗝"}\n{"a":2}\n');
    for (let at = 0; at <= bytes.length; at += 1) {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(bytes.slice(0, at));
          controller.enqueue(bytes.slice(at));
          controller.close();
        },
      });
      const found: unknown[] = [];
      for await (const line of linesOf(stream)) found.push(line);
      expect(found).toEqual([{ a: "ü🗝" }, { a: 2 }]);
    }
  });

  it("gives no half line", async () => {
    const stream = new Blob(['{"a":1}\n{"a"']).stream();
    const found: unknown[] = [];
    for await (const line of linesOf(stream)) found.push(line);
    expect(found).toEqual([{ a: 1 }]);
  });
});
