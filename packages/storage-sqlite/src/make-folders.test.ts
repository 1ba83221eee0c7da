import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeFolders } from "./make-folders.ts";

let dir: string;
const { fsyncSync } = fs;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-folders-"));
});
afterEach(async () => {
  fs.fsyncSync = fsyncSync;
  syncBuiltinESMExports();
  await rm(dir, { recursive: true });
});

it.skipIf(process.platform === "win32")("every folder that is made lasts, and no other one is synced", () => {
  const synced: number[] = [];
  fs.fsyncSync = (handle) => {
    synced.push(fs.fstatSync(handle).ino);
    fsyncSync(handle);
  };
  syncBuiltinESMExports();
  makeFolders(join(dir, "a", "b", "c"));
  const parents = [dir, join(dir, "a"), join(dir, "a", "b")];
  expect(synced).toEqual(parents.map((parent) => fs.statSync(parent).ino));
  makeFolders(join(dir, "a", "b", "c"));
  expect(synced).toHaveLength(parents.length);
});
