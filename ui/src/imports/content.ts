/** The bytes of a chosen file as the API takes them. They are read anew for each call, and kept nowhere. */
import { t } from "@lingui/core/macro";
import { Problem } from "../api/problems";

export const LARGEST = 1024 * 1024;

export async function contentOf(file: File): Promise<string> {
  if (file.size > LARGEST) throw new Problem("file-too-large", t`The file is too large`, 0, t`An import takes at most 1 MiB and 5,000 rows: divide the file.`);
  if (file.size === 0) throw new Problem("file-empty", t`The file is empty`, 0, t`Choose one with headings and rows.`);
  const url = await read(file);
  return url.slice(url.indexOf(",") + 1);
}

function read(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Problem("file-unreadable", t`The file cannot be read any more`, 0, t`It was moved or changed since you chose it: choose it again.`));
    reader.readAsDataURL(file);
  });
}
