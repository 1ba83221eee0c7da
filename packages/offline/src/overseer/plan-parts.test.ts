import { expect, test } from "vitest";
import type { FolderListing } from "./folder-listing.ts";
import { planParts, type Listings } from "./plan-parts.ts";

function listing(
  path: string,
  content: { folders?: Record<string, number>; files?: string[]; hidden?: number },
): FolderListing {
  const folders = Object.entries(content.folders ?? {}).map(([name, files]) => ({
    name,
    files,
    bytes: files * 10,
  }));
  const fileNames = content.files ?? [];
  const files = folders.reduce((sum, folder) => sum + folder.files, fileNames.length + (content.hidden ?? 0));
  return {
    workspace: "box",
    path,
    files,
    bytes: files * 10,
    directFiles: fileNames.length,
    directBytes: fileNames.length * 10,
    fileNames,
    folders,
    moreFolders: content.hidden !== undefined,
    source: "find -type f",
    note: "",
    notCounted: {},
    excluded: [],
    problems: { count: 0, first: [] },
  };
}

function parts(
  root: FolderListing,
  ...more: FolderListing[]
): { name: string; files: number; scope: unknown }[] {
  const listings: Listings = new Map([root, ...more].map((one) => [one.path, one]));
  const plan = planParts(root, listings);
  if (plan.kind === "look") throw new Error(`wants to look at ${plan.path}`);
  return plan.parts.map(({ name, files, scope }) => ({ name, files, scope }));
}

test("each folder is a part, and so are the files at the top", () => {
  const root = listing(".", { folders: { b: 2, a: 3 }, files: ["x"] });
  expect(parts(root)).toEqual([
    { name: "a", files: 3, scope: { paths: ["a"], except: [], include: "all" } },
    { name: "b", files: 2, scope: { paths: ["b"], except: [], include: "all" } },
    { name: "top-level files", files: 1, scope: { paths: ["."], except: [], include: "direct" } },
  ]);
});

test("fewer than three parts: the largest folder has to be listed, and is divided", () => {
  const root = listing("src", { folders: { a: 9, b: 1 } });
  expect(planParts(root, new Map([["src", root]]))).toEqual({ kind: "look", path: "src/a" });
  const names = parts(root, listing("src/a", { folders: { x: 5, y: 3 }, files: ["z"] })).map(
    ({ name }) => name,
  );
  expect(names).toEqual(["src/a/x", "src/a/y", "files in src/a", "src/b"]);
});

test("a folder that cannot be listed stays one part", () => {
  const root = listing(".", { folders: { a: 9 } });
  const plan = planParts(
    root,
    new Map([
      [".", root],
      ["a", null],
    ]),
  );
  expect(plan).toMatchObject({ kind: "parts", parts: [{ name: "a" }] });
});

test("more than eight parts: the smallest folders are one, and the files at the top stay one", () => {
  const folders = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`f${String(index).padStart(2, "0")}`, index + 1]),
  );
  const all = parts(listing(".", { folders, files: ["x"] }));
  expect(all.map(({ name }) => name)).toEqual([
    "f14",
    "f15",
    "f16",
    "f17",
    "f18",
    "f19",
    "14 smaller folders",
    "top-level files",
  ]);
  expect(all.reduce((sum, { files }) => sum + files, 0)).toBe(211);
});

test("folders that the listing did not show are a part by what it did show", () => {
  const root = listing(".", { folders: { a: 5, b: 4 }, hidden: 7 });
  expect(parts(root).at(-1)).toEqual({
    name: "other folders",
    files: 7,
    scope: { paths: ["."], except: ["a", "b"], include: "below" },
  });
});

test("a flat folder of many files is divided by name; the last part takes whatever else is there", () => {
  const files = ["a", "b", "c", "d", "e", "f", "g"];
  expect(parts(listing("notes", { files })).map(({ scope }) => scope)).toEqual([
    { paths: ["notes/a", "notes/b", "notes/c"], except: [], include: "direct" },
    { paths: ["notes/d", "notes/e", "notes/f"], except: [], include: "direct" },
    {
      paths: ["notes"],
      except: ["notes/a", "notes/b", "notes/c", "notes/d", "notes/e", "notes/f"],
      include: "direct",
    },
  ]);
  expect(parts(listing(".", { files: ["a", "b"] }))).toHaveLength(1);
});
