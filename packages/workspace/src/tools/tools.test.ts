import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { agentId, callId, executionIdOf, SILENT_LOGGER } from "@colony/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkspace } from "../workspace.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "colony-tools-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(name: string, content: string | Buffer = "x\n"): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

async function use(
  name: string,
  input: unknown,
  signal = new AbortController().signal,
): Promise<Record<string, unknown>> {
  const { tools } = await createWorkspace({ root, exclude: [".colony"] });
  const tool = tools.find((candidate) => candidate.name === name);
  const checked = await tool?.validate(input);
  if (tool === undefined || checked === undefined || "problem" in checked)
    throw new Error(JSON.stringify(checked));
  const id = agentId("a");
  const agent = { id, executionId: executionIdOf(id, 1), correlationId: undefined, depth: 0 };
  const context = {
    signal,
    callId: callId("c"),
    callKey: "c",
    agent,
    progress: () => undefined,
    milestone: async () => undefined,
    log: SILENT_LOGGER,
    runProcess: () => Promise.reject(new Error("there are no processes here")),
    lease: () => Promise.reject(new Error("there are no leases here")),
    taken: () => undefined,
  };
  return (await tool.run(checked.value, context)) as Record<string, unknown>;
}

test("every tool is pure and says what it takes", async () => {
  const { tools, name } = await createWorkspace({ root });
  expect(root.endsWith(name)).toBe(true);
  expect(tools.map((tool) => `${tool.name} ${tool.effect}`)).toEqual([
    "list_folder pure",
    "measure_files pure",
    "search_text pure",
    "outline_files pure",
    "read_file pure",
  ]);
});

test("list_folder shows folders with what lies below them, the largest first, and names what does not count", async () => {
  write("small/a.txt", "1");
  write("large/b/c.txt", "12345");
  write("top.md", "12");
  write(".colony/db", "x");
  symlinkSync("top.md", join(root, "link"));
  expect(await use("list_folder", {})).toMatchObject({
    path: ".",
    files: 3,
    bytes: 8,
    directFiles: 1,
    directBytes: 2,
    subfolders: 2,
    entries: [
      { kind: "folder", name: "large", files: 1, bytes: 5 },
      { kind: "folder", name: "small", files: 1, bytes: 1 },
      { kind: "excluded", name: ".colony" },
      { kind: "uncounted", name: "link", what: "symbolic link" },
      { kind: "file", name: "top.md", bytes: 2, language: "Markdown" },
    ],
    notCounted: { symbolicLinks: 1 },
    excluded: [".colony"],
  });
});

test("list_folder of a very full folder stays small and says how much is not shown", async () => {
  for (let index = 0; index < 250; index += 1) write(`${"long-name-".repeat(10)}${index}/file`);
  const result = await use("list_folder", { path: "." });
  expect(JSON.stringify(result).length).toBeLessThan(20_000);
  const entries = result["entries"] as unknown[];
  expect(result["notShown"]).toEqual({ folders: 250 - entries.length, files: 0 });
});

test("measure_files counts as wc does: no newline at the end, binary files, empty files", async () => {
  write("a.ts", "one\ntwo");
  write("b.bin", Buffer.from([0, 10, 255, 10]));
  write("c.py", "");
  const result = await use("measure_files", { paths: ["."] });
  expect(result).toMatchObject({ files: 3, lines: 3, bytes: 11, binaryFiles: 1 });
  expect(result["languages"]).toEqual([
    { language: "TypeScript", files: 1, lines: 1, bytes: 7 },
    { language: "other (.bin)", files: 1, lines: 2, bytes: 4 },
    { language: "Python", files: 1, lines: 0, bytes: 0 },
  ]);
});

test("measure_files streams a huge file", async () => {
  write("huge.dat", "first\n");
  truncateSync(join(root, "huge.dat"), 600_000_000);
  const before = process.memoryUsage().rss;
  expect(await use("measure_files", { paths: ["."] })).toMatchObject({ lines: 1, bytes: 600_000_000 });
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test.each([false, true])(
  "a folder that may not be read is named where it is listed, in git (%s) too",
  (inGit) => {
    if (inGit) execFileSync("git", ["init", "-q"], { cwd: root });
    write("open.txt", "open\n");
    write("closed/a.txt");
    chmodSync(join(root, "closed"), 0);
    chmodSync(root, 0o755);
    const program = `
    process.env.GIT_CONFIG_COUNT = "1";
    process.env.GIT_CONFIG_KEY_0 = "safe.directory";
    process.env.GIT_CONFIG_VALUE_0 = "*";
    const { createWorkspace } = await import(${JSON.stringify(new URL("../workspace.ts", import.meta.url).href)});
    const { tools } = await createWorkspace({ root: ${JSON.stringify(root)} });
    const tool = tools.find(({ name }) => name === "list_folder");
    console.log(JSON.stringify(await tool.run({ path: "." }, { signal: new AbortController().signal })));`;
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      ...nobody,
      encoding: "utf8",
    });
    chmodSync(join(root, "closed"), 0o755);
    expect(child.stderr).toBe("");
    expect(JSON.parse(child.stdout)).toMatchObject({
      source: inGit ? "git ls-files -co --exclude-standard" : "find -type f",
      files: 1,
      problems: { count: 1, first: [{ path: "closed", problem: "permission denied" }] },
    });
  },
);

test("a file that may not be read is a file and is named; its lines and bytes are not made up", () => {
  write("open.txt", "open\n");
  write("closed.txt", "closed\n");
  mkdirSync(join(root, "closed"));
  chmodSync(join(root, "closed.txt"), 0);
  chmodSync(join(root, "closed"), 0);
  chmodSync(root, 0o755);
  const program = `
    const { createWorkspace } = await import(${JSON.stringify(new URL("../workspace.ts", import.meta.url).href)});
    const { tools } = await createWorkspace({ root: ${JSON.stringify(root)} });
    const tool = tools.find(({ name }) => name === "measure_files");
    const result = await tool.run({ paths: ["."], include: "all" }, { signal: new AbortController().signal });
    console.log(JSON.stringify(result));`;
  // The administrator may read everything, so somebody else has to look.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    ...nobody,
    encoding: "utf8",
  });
  chmodSync(join(root, "closed"), 0o755);
  expect(child.stderr).toBe("");
  expect(JSON.parse(child.stdout)).toMatchObject({
    files: 2,
    lines: 1,
    bytes: 5,
    unreadFiles: 1,
    problems: {
      count: 2,
      first: [
        { path: "closed", problem: "permission denied" },
        { path: "closed.txt", problem: "permission denied (7 bytes when it was listed)" },
      ],
    },
  });
});

test("measure_files stops when it is called off", async () => {
  write("huge.dat");
  truncateSync(join(root, "huge.dat"), 5_000_000_000);
  const calling = new AbortController();
  const measuring = use("measure_files", { paths: ["."] }, calling.signal);
  setTimeout(() => {
    calling.abort(new Error("enough"));
  }, 50);
  await expect(measuring).rejects.toThrow("enough");
});

test("search_text counts every matching line and shows the first ones in order", async () => {
  write("b.txt", "TODO one\nnothing\nTODO two TODO");
  write("a/c.txt", "x\r\nTODO three\r\n");
  write("d.bin", Buffer.from("\0TODO\n"));
  expect(await use("search_text", { pattern: "TODO", paths: ["."], maxMatches: 2 })).toMatchObject({
    matchingLines: 3,
    matchingFiles: 2,
    first: [
      { path: "a/c.txt", line: 2, text: "TODO three" },
      { path: "b.txt", line: 1, text: "TODO one" },
    ],
    notShown: 1,
    binaryFiles: 1,
  });
});

test("search_text takes plain text literally and expressions as such", async () => {
  write("a.txt", "f(x)\nfx\nF(X)\nmétier\n");
  const lines = async (search: object): Promise<unknown> =>
    (await use("search_text", { paths: ["."], ...search }))["matchingLines"];
  expect(await lines({ pattern: "f(x)" })).toBe(1);
  expect(await lines({ pattern: "f(x)", letterCase: "ignore" })).toBe(2);
  expect(await lines({ pattern: "f(x)", syntax: "regex" })).toBe(1);
  expect(await lines({ pattern: "^m.tier$", syntax: "regex" })).toBe(1);
});

test("an expression that would need years is given up within seconds, with what to do", async () => {
  write("a.txt", `${"a".repeat(60)}!\n`);
  await expect(
    use("search_text", { pattern: "(a+)+b", syntax: "regex", paths: ["."] }),
  ).rejects.toMatchObject({
    code: "tool.invalid_input",
    message: expect.stringContaining("takes too long") as unknown,
  });
  await expect(use("search_text", { pattern: "(", syntax: "regex", paths: ["."] })).rejects.toThrow(
    "not a regular expression",
  );
});

test("search_text has the same lines as grep in a file of many blocks", async () => {
  const text = Array.from(
    { length: 60_000 },
    (_, index) => `line ${index} ${index % 977 === 0 ? "TODO" : ""}`,
  ).join("\n");
  write("long.txt", text);
  const result = await use("search_text", { pattern: "TODO", paths: ["long.txt"], maxMatches: 100 });
  const grep = execFileSync("grep", ["-n", "TODO", join(root, "long.txt")], { encoding: "utf8" })
    .trim()
    .split("\n");
  expect(result["matchingLines"]).toBe(grep.length);
  const lines = (result["first"] as { line: number }[]).map(({ line }) => line);
  expect(lines).toEqual(grep.map((line) => Number(line.split(":")[0])));
});

test("read_file gives pages that lead through a file", async () => {
  write("a.txt", "1\n2\n3\n4\n5\n");
  expect(await use("read_file", { path: "a.txt", limit: 2 })).toMatchObject({
    text: "1\n2",
    toLine: 2,
    nextOffset: 3,
  });
  expect(await use("read_file", { path: "a.txt", offset: 3, limit: 3 })).toMatchObject({
    text: "3\n4\n5",
    toLine: 5,
    end: true,
  });
  expect(await use("read_file", { path: "a.txt", offset: 99 })).toMatchObject({ text: "", end: true });
});

test("read_file shows no binary file, no folder, and long text only in part", async () => {
  write("b.bin", Buffer.from([0, 1, 2]));
  write("long.txt", `${"x".repeat(100_000)}\n`.repeat(50));
  expect(await use("read_file", { path: "b.bin" })).toMatchObject({ binary: true, sizeBytes: 3, text: "" });
  expect(JSON.stringify(await use("read_file", { path: "long.txt" })).length).toBeLessThan(17_000);
  await expect(use("read_file", { path: "." })).rejects.toMatchObject({ code: "workspace.not_found" });
});

test("a pipe is never opened", async () => {
  execFileSync("bash", ["-c", 'mkfifo "$0"', join(root, "pipe")]);
  await expect(use("read_file", { path: "pipe" })).rejects.toThrow("not a regular file");
  expect(await use("measure_files", { paths: ["."] })).toMatchObject({
    files: 0,
    notCounted: { specialFiles: 1 },
  });
});

test("outline_files shows entry files first and tests last, and counts what it does not show", async () => {
  write("src/a.test.ts", "export const inTest = 1;\n");
  write("src/b.ts", "export class B {}\n");
  write("src/index.ts", 'export { B } from "./b.ts";\n');
  write("src/text.md", "export const no = 1;\n");
  expect(await use("outline_files", { paths: ["src"], maxFiles: 2 })).toMatchObject({
    sourceFiles: 3,
    filesWithExports: 3,
    exportedNames: 3,
    files: [
      { path: "src/index.ts", names: ["B"] },
      { path: "src/b.ts", names: ["B"] },
    ],
    filesNotShown: 1,
  });
});
