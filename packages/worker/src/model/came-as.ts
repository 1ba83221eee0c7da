import type { Model } from "@colony/core";

type Opened = Awaited<ReturnType<Model["doStream"]>>;

/** Kinds of bodies that are no streams. Providers stream in several others. */
const NO_STREAM = /^(?:text\/html|text\/plain|application\/json)(?=\s*(?:;|$))/i;

/** What an answer came as that is no stream, such as a web page; undefined where its provider does not say so. */
export function cameAs({ response }: Opened): string | undefined {
  const type: unknown = response?.headers?.["content-type"];
  return typeof type === "string" ? NO_STREAM.exec(type)?.[0].toLowerCase() : undefined;
}
