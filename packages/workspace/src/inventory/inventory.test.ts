import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { shown } from "../paths/raw-path.ts";
import { createWorkspace } from "../workspace.ts";
import type { Inventory, Scope } from "./counted.ts";
import { takeInventory } from "./inventory.ts";

let root: string;
const path = process.env["PATH"];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "colony-inventory-"));
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, text = "x\n"): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function git(...parameters: string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...parameters], {
    cwd: root,
    stdio: "ignore",
  });
}

async function take(scope: Partial<Scope> = {}, folder = root): Promise<Inventory> {
  const { ground } = await createWorkspace({ root: folder });
  return takeInventory(
    ground,
    { paths: [""], except: [], include: "all", ...scope },
    new AbortController().signal,
  );
}

const names = ({ files }: Inventory): string[] => files.map((file) => shown(file.path));

test("outside of git every regular file counts, those in a nested .git folder too", async () => {
  write("a.txt");
  write("b/.git/config");
  write("b/c/d.txt");
  symlinkSync("a.txt", join(root, "link"));
  const inventory = await take();
  expect(inventory).toMatchObject({ source: "find", note: undefined, notCounted: { symbolicLinks: 1 } });
  expect(names(inventory)).toEqual(["a.txt", "b/.git/config", "b/c/d.txt"]);
});

test("a scope means all, only the direct, or only the deeper files of a folder, less what is left out", async () => {
  for (const name of ["a.txt", "b/c.txt", "b/d/e.txt", "f/g.txt"]) write(name);
  for (const inGit of [false, true]) {
    if (inGit) git("init", "-q");
    expect(names(await take({ include: "direct" }))).toEqual(["a.txt"]);
    expect(names(await take({ include: "below", except: ["b/d"] }))).toEqual(["b/c.txt", "f/g.txt"]);
    expect(names(await take({ paths: ["b", "b/d", "a.txt"] }))).toEqual(["a.txt", "b/c.txt", "b/d/e.txt"]);
  }
});

test("in a work tree what git lists counts: new files do, ignored, deleted and nested repositories do not", async () => {
  git("init", "-q");
  write(".gitignore", "*.log\n");
  write("a.txt");
  write("gone.txt");
  git("add", ".");
  rmSync(join(root, "gone.txt"));
  write("new.txt");
  write("x.log");
  write("nested/file.txt");
  execFileSync("git", ["init", "-q"], { cwd: join(root, "nested"), stdio: "ignore" });
  const inventory = await take();
  expect(inventory).toMatchObject({ source: "git", notCounted: { deleted: 1, nestedRepositories: 1 } });
  expect(names(inventory)).toEqual([".gitignore", "a.txt", "new.txt"]);
});

test("the folder of a colony is no content, whoever's it is, unless it is the workspace itself", async () => {
  for (const name of ["colony.db", "a.txt", "old/colony.db", "old/blobs/ab/cd", "b/run/colony.db", "b/c.txt"])
    write(name);
  for (const inGit of [false, true]) {
    if (inGit) git("init", "-q");
    const inventory = await take();
    expect(names(inventory)).toEqual(["a.txt", "b/c.txt", "colony.db"]);
    expect(inventory.excluded.map(shown)).toEqual(["b/run", "old"]);
    expect(names(await take({ paths: ["old"] }))).toEqual([]);
    expect(names(await take({ include: "direct" }))).toEqual(["a.txt", "colony.db"]);
  }
});

test("a folder inside a work tree is listed relative to itself", async () => {
  git("init", "-q");
  write("in/ner/a.txt");
  write("out.txt");
  expect(names(await take({}, join(root, "in")))).toEqual(["ner/a.txt"]);
});

test("a file that is in conflict is listed by git three times and counts once", async () => {
  git("init", "-q", "-b", "main");
  write("a.txt", "base\n");
  git("add", ".");
  git("commit", "-q", "-m", "base");
  git("checkout", "-q", "-b", "other");
  write("a.txt", "other\n");
  git("commit", "-q", "-a", "-m", "other");
  git("checkout", "-q", "main");
  write("a.txt", "main\n");
  git("commit", "-q", "-a", "-m", "main");
  expect(() => git("merge", "other")).toThrow("Command failed");
  expect(names(await take())).toEqual(["a.txt"]);
});

test("without git every file of a work tree counts, and the result says why", async () => {
  git("init", "-q");
  write(".gitignore", "*.log\n");
  write("x.log");
  process.env["PATH"] = join(root, "no-programs");
  const inventory = await take();
  expect(inventory.source).toBe("find");
  expect(inventory.note).toContain("git is not installed");
  expect(names(inventory)).toContain("x.log");
});

test("a repository that git cannot read is walked instead, and the result says why", async () => {
  git("init", "-q");
  write("a.txt");
  writeFileSync(join(root, ".git/index"), "not an index");
  const inventory = await take();
  expect(inventory.note).toContain("git did not answer");
  expect(names(inventory)).toContain("a.txt");
});

test("a program that the repository's settings name is not run by looking at it", async () => {
  git("init", "-q");
  write("a.txt");
  write("spy.sh", `#!/bin/sh\ntouch ${JSON.stringify(join(root, "spied"))}\n`);
  execFileSync("chmod", ["+x", join(root, "spy.sh")]);
  git("config", "core.fsmonitor", join(root, "spy.sh"));
  expect(names(await take())).toEqual(["a.txt", "spy.sh"]);
});

test("another repository named in the environment does not mislead", async () => {
  write("a.txt");
  process.env["GIT_DIR"] = join(root, "elsewhere");
  try {
    expect(await take()).toMatchObject({ source: "find", note: undefined });
  } finally {
    delete process.env["GIT_DIR"];
  }
});
