import { isBag } from "../json-reading.ts";

/** What one worker was to look up, and what it reported. */
export interface Finding {
  /** What it was about, for people. */
  readonly name: string;
  readonly worker: string;
  readonly status: string;
  readonly summary: string;
  /** Why it failed, where it did. */
  readonly error: string;
  /** Any JSON. */
  readonly data: unknown;
}

/** The data of a report as lines of text: a list's items one by one, other members with their names. */
export function dataLines(data: unknown): readonly string[] {
  if (Array.isArray(data))
    return data.flatMap((item) => (isBag(item) ? [JSON.stringify(item)] : dataLines(item)));
  if (isBag(data))
    return Object.entries(data).flatMap(([name, value]) =>
      Array.isArray(value)
        ? dataLines(value)
        : [`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`],
    );
  if (data === undefined || data === null || data === "") return [];
  return [typeof data === "string" ? data : JSON.stringify(data)];
}
