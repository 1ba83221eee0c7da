import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ColonyError } from "@colony/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkspace } from "../workspace.ts";
import { openFile } from "../reading/open-file.ts";
import { resolvePlace, type Ground } from "./confine.ts";

let base: string;
let ground: Ground;

beforeAll(async () => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "colony-confine-")));
  mkdirSync(join(base, "ground/docs"), { recursive: true });
  mkdirSync(join(base, "ground/.colony"));
  mkdirSync(join(base, "beside"));
  writeFileSync(join(base, "ground/docs/guide.md"), "guide\n");
  writeFileSync(join(base, "ground/.colony/colony.db"), "x");
  writeFileSync(join(base, "beside/secret.txt"), "secret\n");
  writeFileSync(Buffer.concat([Buffer.from(`${base}/ground/latin`), Buffer.from([0xff])]), "latin\n");
  symlinkSync("../beside", join(base, "ground/out"));
  symlinkSync("../beside/secret.txt", join(base, "ground/secret"));
  symlinkSync("../beside/nothing", join(base, "ground/out-to-nothing"));
  symlinkSync("docs", join(base, "ground/in"));
  symlinkSync(".colony", join(base, "ground/colony-link"));
  symlinkSync("loop", join(base, "ground/loop"));
  symlinkSync("nothing", join(base, "ground/to-nothing"));
  ground = (await createWorkspace({ root: join(base, "ground"), exclude: [join(base, "ground/.colony")] }))
    .ground;
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

async function refusal(path: string): Promise<string> {
  try {
    await resolvePlace(ground, path);
    return "allowed";
  } catch (error) {
    return error instanceof ColonyError ? `${error.code}: ${error.message}` : String(error);
  }
}

test.each([
  ["..", "climbs above"],
  ["docs/../../beside/secret.txt", "climbs above"],
  ["../ground/docs", "climbs above"],
  ["/etc/passwd", "absolute"],
  ["docs\0/guide.md", "NUL byte"],
  ["out", "symbolic link"],
  ["out/secret.txt", "symbolic link"],
  ["out/no/such/file", "symbolic link"],
  ["secret", "symbolic link"],
  ["out-to-nothing", "symbolic link"],
  [".colony", "excluded"],
  [".colony/colony.db", "excluded"],
  [".colony/missing", "excluded"],
  ["colony-link/colony.db", "excluded"],
])("the path %j is refused with the rule", async (path, rule) => {
  const told = await refusal(path);
  expect(told).toContain("workspace.outside: ");
  expect(told).toContain(JSON.stringify(path));
  expect(told).toContain(rule);
});

test("the absolute path of the root itself is refused like any other", async () => {
  expect(await refusal(join(base, "ground"))).toContain("workspace.outside");
});

test("a path that leads nowhere is told with the nearest names", async () => {
  expect(await refusal("docs/giude.md")).toBe(
    'workspace.not_found: no file or folder "docs/giude.md" in the workspace; the nearest names are "docs/guide.md"',
  );
  expect(await refusal("dosc")).toContain('the nearest names are "docs"');
  expect(await refusal("docs/guide.md/deeper")).toContain("workspace.not_found");
  expect(await refusal("loop")).toContain("workspace.not_found");
  expect(await refusal("to-nothing")).toContain("workspace.not_found");
  expect(await refusal("x".repeat(5_000))).toContain("workspace.not_found");
});

test("a link that stays inside leads to the real place; dots and doubled slashes are no obstacle", async () => {
  expect(await resolvePlace(ground, "in/guide.md")).toEqual({ path: "docs/guide.md", kind: "file" });
  expect(await resolvePlace(ground, "./docs//x/../guide.md")).toEqual({
    path: "docs/guide.md",
    kind: "file",
  });
  expect(await resolvePlace(ground, ".")).toEqual({ path: "", kind: "folder" });
  expect(await resolvePlace(ground, "")).toEqual({ path: "", kind: "folder" });
});

test("a name that is not UTF-8 can be given back as it was shown", async () => {
  expect(await resolvePlace(ground, String.raw`latin\xff`)).toEqual({ path: "latin\xff", kind: "file" });
});

test("a root that is no folder is refused", async () => {
  await expect(createWorkspace({ root: join(base, "nowhere") })).rejects.toMatchObject({
    code: "workspace.invalid",
    message: expect.stringMatching(
      /there is no such folder; name an existing folder with --workspace$/u,
    ) as unknown,
  });
  await expect(createWorkspace({ root: join(base, "ground/docs/guide.md") })).rejects.toMatchObject({
    code: "workspace.invalid",
  });
});

test("a file is not read through a folder that has become a link after its path was checked", async () => {
  await expect(openFile(ground, "out/secret.txt")).rejects.toMatchObject({ code: "workspace.outside" });
  await expect(openFile(ground, "secret")).rejects.toThrow("ELOOP");
});
