import { isBag } from "../json-reading.ts";

/** What a search returned, as lines of text, whatever its shape. */
export function foundLines(value: unknown): readonly string[] {
  if (typeof value === "string")
    return value
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  if (Array.isArray(value)) return value.flatMap((item) => (isBag(item) ? rowLines(item) : foundLines(item)));
  // An object around lists tells of them (counts, notes); what was found is in the lists.
  if (isBag(value))
    return Object.values(value).flatMap((member) => (Array.isArray(member) ? foundLines(member) : []));
  return [];
}

/** One thing found, such as `{path, line, text}`: its members in one line, in their order. */
function rowLines(row: Readonly<Record<string, unknown>>): readonly string[] {
  const scalars = Object.values(row).filter(
    (member) => typeof member === "string" || typeof member === "number",
  );
  return scalars.length === 0
    ? []
    : [scalars.map((member) => String(member).replaceAll(/\s+/gu, " ").trim()).join(": ")];
}
