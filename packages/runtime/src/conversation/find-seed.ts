import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ColonyError, messageOf } from "@colony/core";

/** Where the messages of a seed lie: one file each in a folder, or one line each in a file. */
type SeedPlace =
  | { readonly kind: "parts"; readonly folder: string }
  | { readonly kind: "jsonl"; readonly file: string };

/** The name of a part file: its number, written with ten digits. */
export const PART_NAME = /^\d{10,}\.json$/;

const EXPECTED =
  "expected a session folder with conversations/parts/, a conversations folder, a folder of part files " +
  "(0000000000.json, ...), or a JSONL file of messages";

/** Finds the messages at a path that a person gave. Throws `seed.unreadable` with what was expected there. */
export async function findSeed(path: string): Promise<SeedPlace> {
  const place = await statAt(path);
  if (place === undefined) throw unreadable(path, "there is nothing at");
  if (place.isFile()) return { kind: "jsonl", file: path };
  if (!place.isDirectory()) throw unreadable(path, "neither a file nor a folder is at");
  for (const folder of [join(path, "conversations", "parts"), join(path, "parts"), path]) {
    if (await holdsParts(folder)) return { kind: "parts", folder };
  }
  throw unreadable(path, "there are no conversation parts in");
}

async function holdsParts(folder: string): Promise<boolean> {
  const there = await statAt(folder);
  if (there?.isDirectory() !== true) return false;
  try {
    return (await readdir(folder)).some((name) => PART_NAME.test(name));
  } catch (error) {
    throw unreadable(folder, `cannot list (${messageOf(error)})`, error);
  }
}

async function statAt(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, `cannot look at (${messageOf(error)})`, error);
  }
}

/** The error for a seed that is not there or may not be read. */
export function unreadable(path: string, problem: string, cause?: unknown): ColonyError {
  return new ColonyError("seed.unreadable", `${problem} "${path}"; ${EXPECTED}`, {
    details: { path },
    ...(cause !== undefined && { cause }),
  });
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
