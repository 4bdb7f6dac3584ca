/** Previewing a file and importing it. The file goes along with each call; the server keeps none. */
import { t } from "@lingui/core/macro";
import { answer, client } from "../api/client";
import { sessionLost } from "../api/credentials";
import { atLeast, notePosition } from "../api/position";
import { Problem, problemFrom } from "../api/problems";
import { readAgain, useRead } from "../api/queries";
import type { ImportEnded, ImportLine, ImportPreview, ResourceType, RowDone } from "../api/shapes";
import { contentOf } from "./content";
import { linesOf } from "./lines";
import type { Columns } from "./meanings";

/** A file that was chosen; `id` tells it from one of the same name. */
export interface Chosen {
  id: number;
  file: File;
}

export interface Layout {
  columns: Columns | null;
  usual_type: ResourceType | null;
}

export interface Wanted {
  columns: Columns;
  usual_type: ResourceType | null;
  digest: string;
  rows: number[];
  reason: string | null;
}

export function usePreview({ id, file }: Chosen, layout: Layout) {
  return useRead<ImportPreview>(["import", id, layout], async (signal) => {
    const body = { content: await contentOf(file), ...layout };
    return answer(client.POST("/api/v1/imports/preview", { body, headers: atLeast(), signal }));
  });
}

/** Row by row; `heard` is told of each. An answer that breaks off leaves open what was done: the same again goes on. */
export async function importFile(file: File, wanted: Wanted, headers: Record<string, string>, heard: (row: RowDone) => void): Promise<ImportEnded> {
  const body = { content: await contentOf(file), ...wanted };
  const { data, response } = await client.POST("/api/v1/imports", { body, headers, parseAs: "stream" });
  if (!data) throw await problemFrom(response);
  try {
    return await lastOf(data, heard);
  } finally {
    await readAgain("resource", "account", "dashboard");
  }
}

async function lastOf(stream: ReadableStream<Uint8Array>, heard: (row: RowDone) => void): Promise<ImportEnded> {
  for await (const line of linesOf<ImportLine>(stream)) {
    if (line.kind === "row") heard(line);
    if (line.kind === "stopped") throw stopped(line.problem, line.title, line.detail);
    if (line.kind === "ended") {
      notePosition(line.position);
      return line;
    }
  }
  throw stopped("", t`The connection broke off`, t`Rows that were added stay. Go on: nothing is added twice.`);
}

/** Whatever the reason: the same key, sent again, finds what was done. */
function stopped(problem: string, title: string, detail: string): Problem {
  if (problem === "session-ended" || problem === "unauthenticated") sessionLost();
  return new Problem("outcome-unknown", title, 0, detail);
}
