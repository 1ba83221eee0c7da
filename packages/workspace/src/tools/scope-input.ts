import { ColonyError, type JsonObject } from "@colony/core";
import { z } from "zod";
import type { Inventory, Scope } from "../inventory/counted.ts";
import { resolvePlace, type Ground, type Place } from "../paths/confine.ts";
import { shown } from "../paths/raw-path.ts";

/** What a tool needs to know of its workspace. */
export interface Grounds {
  readonly ground: Ground;
  readonly name: string;
}

const MAX_PATHS = 200;

/** The part of an input that says which files are meant; the same words in every tool. */
export const SCOPE_FIELDS = {
  paths: z
    .array(z.string())
    .min(1)
    .max(MAX_PATHS)
    .describe('Files and folders, relative to the workspace root; "." is the root itself.'),
  except: z.array(z.string()).max(MAX_PATHS).optional().describe("Files and folders left out of them."),
  include: z
    .enum(["all", "direct", "below"])
    .default("all")
    .describe(
      "Of a folder: everything below it, only files directly in it, or only files in its subfolders.",
    ),
};

/** The scope in real paths. Throws what `resolvePlace` throws; a path left out that does not exist leaves nothing out. */
export async function scopeOf(
  ground: Ground,
  input: {
    readonly paths: readonly string[];
    readonly except?: readonly string[] | undefined;
    readonly include: Scope["include"];
  },
): Promise<Scope> {
  const places = await Promise.all(input.paths.map(async (path) => resolvePlace(ground, path)));
  const except = await Promise.all((input.except ?? []).map(async (path) => optionalPlace(ground, path)));
  return {
    paths: places.map(({ path }) => path),
    except: except.flatMap((place) => (place === undefined ? [] : [place.path])),
    include: input.include,
  };
}

async function optionalPlace(ground: Ground, path: string): Promise<Place | undefined> {
  try {
    return await resolvePlace(ground, path);
  } catch (error) {
    if (error instanceof ColonyError && error.code === "workspace.not_found") return undefined;
    throw error;
  }
}

/** How the files were listed and what was left aside, for the end of a result; only what there is to say. */
export function asideOf(inventory: Inventory): JsonObject {
  const { source, note, notCounted, excluded } = inventory;
  const met = Object.entries(notCounted).filter(([, count]) => count > 0);
  return {
    source: source === "git" ? "git ls-files -co --exclude-standard" : "find -type f",
    ...(note === undefined ? {} : { note }),
    ...(met.length === 0 ? {} : { notCounted: Object.fromEntries(met) }),
    ...(excluded.length === 0 ? {} : { excluded: excluded.map(shown) }),
  };
}

const MAX_PROBLEMS = 10;

/** Files that could not be looked at: all counted, the first ones named. */
export function problemsOf(problems: Inventory["problems"]): JsonObject {
  if (problems.length === 0) return {};
  const first = problems.slice(0, MAX_PROBLEMS).map(({ path, problem }) => ({ path: shown(path), problem }));
  return { problems: { count: problems.length, first } };
}
