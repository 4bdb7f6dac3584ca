/** Taking a copy of the trail: everything that matches, as a file. */
import { t } from "@lingui/core/macro";
import { client } from "../api/client";
import { problemFrom } from "../api/problems";
import { download, nameIn } from "../kit/download";
import { tell } from "../kit/told";
import type { AuditQuery } from "./calls";

export type Format = "csv" | "json";

export async function exportAudit(query: AuditQuery, format: Format, reason: string): Promise<void> {
  const body = { format, reason: reason || null };
  const { data, response } = await client.POST("/api/v1/audit/exports", { params: { query }, body, parseAs: "blob" });
  if (!(data instanceof Blob)) throw await problemFrom(response);
  const name = nameIn(response.headers.get("Content-Disposition"), `strongroom-audit.${format}`);
  download(data, name);
  tell(t`Exported`, t`${name} was given to your browser. That you took it is in the trail.`);
}
