/** Hands a file to the browser to be kept; nothing of it stays with the page. */
export function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The name that the server gives a file, as long as it is one. */
export function nameIn(disposition: string | null, otherwise: string): string {
  return /filename="([\w.-]+)"/.exec(disposition ?? "")?.[1] ?? otherwise;
}
