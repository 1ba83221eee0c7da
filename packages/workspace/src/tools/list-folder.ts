import { lstat, readdir } from "node:fs/promises";
import { ColonyError, defineTool, type JsonObject, type Tool } from "@colony/core";
import { z } from "zod";
import type { Inventory } from "../inventory/counted.ts";
import { takeInventory } from "../inventory/inventory.ts";
import { languageOf } from "../languages.ts";
import { absolute, resolvePlace, type Ground } from "../paths/confine.ts";
import { byName, isWithin, joined, rawOf, shown, type RawPath } from "../paths/raw-path.ts";
import { fitted } from "./fitted.ts";
import { asideOf, problemsOf, type Grounds } from "./scope-input.ts";

const TIMEOUT_MS = 120_000;
const MAX_FOLDERS = 100;
const MAX_FILES = 100;

/** Shows what lies directly in a folder. */
export function listFolderTool({ ground, name }: Grounds): Tool {
  return defineTool({
    name: "list_folder",
    description:
      "Lists what lies directly in a folder of the workspace: subfolders with the number of counted files and bytes " +
      "below them (largest first), then files. In a git work tree ignored files do not count.",
    input: z.object({
      path: z
        .string()
        .default(".")
        .describe('Folder relative to the workspace root; "." is the root itself.'),
    }),
    effect: "pure",
    timeoutMs: TIMEOUT_MS,
    async run({ path }, { signal }): Promise<JsonObject> {
      const place = await resolvePlace(ground, path);
      if (place.kind !== "folder")
        throw new ColonyError(
          "workspace.not_found",
          `${JSON.stringify(path)} is not a folder; use read_file or measure_files for a file`,
        );
      const inventory = await takeInventory(
        ground,
        { paths: [place.path], except: [], include: "all" },
        signal,
      );
      const entries = await entriesOf(ground, place.path, inventory);
      const folders = entries
        .filter(({ kind }) => kind === "folder")
        .toSorted(
          (a, b) => Number(b["bytes"]) - Number(a["bytes"]) || Number(b["files"]) - Number(a["files"]),
        );
      const others = entries.filter(({ kind }) => kind !== "folder");
      const direct = entries.filter(({ kind }) => kind === "file");
      const shownFolders = fitted(folders, MAX_FOLDERS);
      const shownOthers = fitted(others, MAX_FILES);
      return {
        workspace: name,
        path: shown(place.path),
        files: inventory.files.length,
        bytes: inventory.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        directFiles: direct.length,
        directBytes: direct.reduce((sum, entry) => sum + Number(entry["bytes"]), 0),
        subfolders: folders.filter((folder) => Number(folder["files"]) > 0).length,
        entries: [...shownFolders, ...shownOthers],
        ...leftOut(folders.length - shownFolders.length, others.length - shownOthers.length),
        ...problemsOf(inventory.problems),
        ...asideOf(inventory),
      };
    },
  });
}

function leftOut(folders: number, files: number): JsonObject {
  return folders + files === 0 ? {} : { notShown: { folders, files } };
}

type Entry = JsonObject & { readonly kind: "folder" | "file" | "uncounted" | "excluded" };

async function entriesOf(
  ground: Ground,
  folder: RawPath,
  { files, excluded: met }: Pick<Inventory, "files" | "excluded">,
): Promise<readonly Entry[]> {
  const below = new Map<RawPath, { files: number; bytes: number }>();
  const direct = new Map<RawPath, number>();
  for (const file of files) {
    const rest = folder === "" ? file.path : file.path.slice(folder.length + 1);
    const slash = rest.indexOf("/");
    if (slash < 0) {
      direct.set(rest, file.sizeBytes);
      continue;
    }
    const child = rest.slice(0, slash);
    const sum = below.get(child) ?? { files: 0, bytes: 0 };
    below.set(child, { files: sum.files + 1, bytes: sum.bytes + file.sizeBytes });
  }
  const names = (await readdir(absolute(ground, folder), { encoding: "buffer" })).map(rawOf);
  const all = [...new Set([...names, ...below.keys(), ...direct.keys()])].toSorted(byName);
  return Promise.all(
    all.map(async (name): Promise<Entry> => {
      const path = joined(folder, name);
      const bytes = direct.get(name);
      if (bytes !== undefined) return { kind: "file", name: shown(name), bytes, language: languageOf(name) };
      if ([...ground.excluded, ...met].some((excluded) => isWithin(path, excluded)))
        return { kind: "excluded", name: shown(name) };
      const sum = below.get(name);
      if (sum !== undefined) return { kind: "folder", name: shown(name), ...sum };
      const what = await kindOf(ground, path);
      return what === "folder"
        ? { kind: "folder", name: shown(name), files: 0, bytes: 0 }
        : { kind: "uncounted", name: shown(name), what };
    }),
  );
}

async function kindOf(ground: Ground, path: RawPath): Promise<string> {
  const stats = await lstat(absolute(ground, path)).catch(() => undefined);
  if (stats === undefined) return "gone";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "symbolic link";
  return stats.isFile() ? "file that git ignores" : "special file";
}
