/** The language of the console; it is settled before any other file is read, because texts are looked up while they are. */
import { i18n, type Messages } from "@lingui/core";

const SOURCE = "en";
const CATALOGUES = import.meta.glob<{ messages: Messages }>("../locales/*.po");

/** The first of the reader's languages that there is a catalogue for, else English. */
export function languageFor(wanted: readonly string[], there: readonly string[]): string {
  return wanted.map(bare).find((each) => there.includes(each)) ?? SOURCE;
}

/** Loads the catalogue; a change of language is a new start of the page. */
export async function speak(): Promise<void> {
  const loaders = new Map(Object.entries(CATALOGUES).map(([file, load]) => [nameOf(file), load]));
  const language = languageFor(navigator.languages, [...loaders.keys()]);
  const messages = (await loaders.get(language)?.())?.messages ?? {};
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

/** How dates and numbers are written: as where the reader lives if that speaks the console's language, `en-GB` for example. */
export function region(): string {
  return navigator.languages.find((each) => bare(each) === i18n.locale) ?? i18n.locale;
}

function bare(language: string): string {
  return language.split("-")[0] ?? language;
}

function nameOf(file: string): string {
  return file.replace(/^.*\/|\.po$/g, "");
}
