import { realpath, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { ColonyError, messageOf, requireOptions, type OptionTable, type Tool } from "@colony/core";
import { z } from "zod";
import { realPathOf, relativeTo, type Ground } from "./paths/confine.ts";
import { rawOfText, type RawPath } from "./paths/raw-path.ts";
import { workspaceTools } from "./workspace-tools.ts";

/** A folder that agents may look at and not change. */
export interface Workspace {
  /** The folder's real, absolute path. */
  readonly root: string;
  /** The folder's own name, for titles. */
  readonly name: string;
  /** What tools need to stay inside. */
  readonly ground: Ground;
  /** The read-only tools, for the overseer and its workers alike. */
  readonly tools: readonly Tool[];
}

const path = z.string().refine((text) => !text.includes("\0"));

const OPTIONS: OptionTable = {
  root: { fits: path, give: "the path of a folder", required: true },
  exclude: { fits: z.array(path), give: "a list of paths of folders" },
};

/**
 * Confines read-only tools to one folder. `exclude` names folders inside it that are no part of it (the colony's own),
 * relative to the root or absolute; those outside of the root are ignored. There is nothing to dispose.
 * Throws `workspace.invalid` for options that there are not or that have a wrong value, and when the root is not a folder
 * that can be read.
 */
export async function createWorkspace(options: {
  readonly root: string;
  readonly exclude?: readonly string[];
}): Promise<Workspace> {
  requireOptions(options, OPTIONS, {
    code: "workspace.invalid",
    whole: "a workspace is made from an object; give { root }, with the path of a folder",
    of: "a workspace",
  });
  const root = await realRoot(options.root);
  const rawRoot = rawOfText(root);
  const excluded = new Set<RawPath>();
  for (const folder of options.exclude ?? [])
    for (const path of await pathsInside(root, folder)) excluded.add(path);
  const ground: Ground = { root: rawRoot, excluded: [...excluded] };
  const name = basename(root) === "" ? root : basename(root);
  return { root, name, ground, tools: workspaceTools({ ground, name }) };
}

async function realRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw new ColonyError(
      "workspace.invalid",
      `the workspace ${JSON.stringify(root)} cannot be used: ${whyNot(cause)}; name an existing folder with --workspace`,
      { cause },
    );
  }
  throw new ColonyError(
    "workspace.invalid",
    `the workspace ${JSON.stringify(root)} is not a folder; name an existing folder with --workspace`,
  );
}

function whyNot(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such folder";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return messageOf(cause);
}

/** A folder as it is written and as it really is: either may be what a listing meets. */
async function pathsInside(root: string, folder: string): Promise<readonly RawPath[]> {
  const written = rawOfText(resolve(root, folder));
  const real = await realPathOf(written);
  const parent = await realPathOf(rawOfText(resolve(root, folder, "..")));
  const throughParent =
    parent === undefined ? undefined : `${parent}/${rawOfText(basename(resolve(root, folder)))}`;
  return [written, real, throughParent].flatMap((path) => {
    const inside = path === undefined ? undefined : relativeTo(rawOfText(root), path);
    return inside === undefined || inside === "" ? [] : [inside];
  });
}
