import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installPackages } from "./install-packages.ts";
import { entriesOf, publishedPackages } from "./manifest.ts";

// The packages as their users install them, run by Node as it is: no TypeScript, nothing of this repository's sources.

const packages = publishedPackages(join(import.meta.dirname, "../.."));
let home: string;
let command: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "colony-built-"));
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module" }));
  await installPackages(home);
  command = installed("@colony/cli", "dist/main.js");
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function installed(name: string, path: string): string {
  return join(home, "node_modules", name, path);
}

/** The program of a user, in the folder where the packages are installed. */
async function program(name: string, code: string): Promise<Ended> {
  writeFileSync(join(home, `${name}.js`), code);
  return await run([join(home, `${name}.js`)]);
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[], cwd = home): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, NODE_COMPILE_CACHE: join(home, "compiled") },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  const ended = Promise.withResolvers<Pick<Ended, "code" | "signal">>();
  child.once("error", ended.reject).once("close", (code, signal) => ended.resolve({ code, signal }));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { ...(await ended.promise), stdout, stderr };
}

it("every package has what it exports and the programs that it names, and nothing of tests", () => {
  for (const { manifest } of packages) {
    for (const name of Object.keys(entriesOf(manifest)))
      expect(existsSync(installed(manifest.name, `dist/${name}.js`)), `${manifest.name} ${name}`).toBe(true);
    const dist = installed(manifest.name, "dist");
    const maps = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".js.map"),
    );
    const sources = maps.flatMap((file) => {
      const { sources: paths } = JSON.parse(readFileSync(join(dist, file), "utf8")) as {
        sources: readonly string[];
      };
      return paths;
    });
    expect(sources).not.toEqual([]);
    expect(sources.filter((path) => /\.test\.ts$|\/testing\//u.test(path))).toEqual([]);
  }
});

it("every entry of every package can be imported with what the package says that it depends on", async () => {
  const specifiers = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.publishConfig.exports).map((path) => manifest.name + path.slice(1)),
  );
  // The contracts of adapters are suites of vitest, for whoever writes an adapter.
  const imported = specifiers.filter((specifier) => specifier !== "@colony/testkit/contracts");
  const code = imported
    .map((name) => `console.log(Object.keys(await import("${name}")).length > 0);`)
    .join("\n");
  const { stdout, stderr } = await program("imports", code);
  expect(stderr).toBe("");
  expect(stdout).toBe("true\n".repeat(imported.length));
});

it("the command says which release it is, and is a program", async () => {
  const { version } = JSON.parse(readFileSync(installed("@colony/cli", "package.json"), "utf8")) as {
    version: string;
  };
  expect(await run([command, "--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  expect(readFileSync(command, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/u);
});

it("the command says in a sentence that Node is too old for it, and loads nothing that an old one could not read", async () => {
  const old = `import { registerHooks } from "node:module";
    Object.defineProperty(process, "version", { value: "v20.20.2" });
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    process.on("exit", () => console.log(JSON.stringify(loaded)));`;
  const { code, stdout, stderr } = await run([
    `--import=data:text/javascript,${encodeURIComponent(old)}`,
    command,
  ]);
  expect(stderr).toMatch(
    /^error: colony needs Node \d+\.\d+ or newer, and this is v20\.20\.2 \(.*\); install .*\n$/u,
  );
  expect(code).toBe(1);
  const ours = (JSON.parse(stdout) as readonly string[]).filter((url) => url.startsWith("file:"));
  expect(ours[0]).toMatch(/\/main\.js$/u);
  for (const url of ours) {
    const text = readFileSync(new URL(url), "utf8");
    // Names that a builtin does not have end an older Node before it has read a line.
    expect(text).not.toMatch(/import *\{[^}]*\} *from *"node:/u);
    expect(text.length).toBeLessThan(3_000);
  }
});

it("the command does a task with a worker, offline, and another start of it knows of that", async () => {
  const place = join(home, "place");
  mkdirSync(place);
  writeFileSync(join(place, "notes.md"), "# Notes\n\nOne line.\n");
  const asked = await run([command, "run", "Survey this folder"], place);
  expect(asked.stderr).toContain("using the offline model");
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringContaining("`notes.md` | 3 |") as unknown });
  const listed = await run([command, "workers", "--json"], place);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ status: "completed" }]);
});

/** The beginning of a program: a colony in a folder has accepted an input. */
const chatIn = (folder: string): string => `
  import { openColony } from "@colony/runtime";
  import { createScriptedModel } from "@colony/testkit";
  const colony = await openColony({ dir: "${folder}", overseer: { model: createScriptedModel(() => ({ text: "heard" })) } });
  const receipt = await colony.inject("hello", { idempotencyKey: "hello" });
`;

it("what a program's colony has accepted when it is killed is answered once, by the next one", async () => {
  expect(await program("first", `${chatIn("chats")} process.kill(process.pid, "SIGKILL");`)).toMatchObject({
    signal: "SIGKILL",
  });
  const second = await program(
    "second",
    `${chatIn("chats")}
    console.log(await receipt.reply());
    console.log((await colony.overseer.conversation()).map(({ role }) => role).join(" "));
    await colony.close();`,
  );
  expect(second).toMatchObject({ code: 0, stderr: "", stdout: "heard\nuser assistant\n" });
});

it("an upgrade beneath a colony at work costs it what is loaded later, told with a code, and no input", async () => {
  const { stdout, stderr } = await program(
    "upgraded",
    `import { globSync, renameSync } from "node:fs";
    import { readSeed } from "@colony/runtime";
    ${chatIn("upgraded")}
    const later = globSync("node_modules/@colony/runtime/dist/*-*.js");
    for (const file of later) renameSync(file, file + ".gone");
    const code = await readSeed("nowhere").catch(({ code }) => code);
    const next = await colony.inject("are you there?");
    console.log(code, await receipt.reply(), await next.reply());
    await colony.close();
    for (const file of later) renameSync(file + ".gone", file);`,
  );
  expect(stderr).toBe("");
  expect(stdout).toBe("install.incomplete heard heard\n");
});

it("an opening loads one file or a few of each package, and of others only what it needs", async () => {
  const { stdout, stderr } = await program(
    "loads",
    `import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { openColony } = await import("@colony/runtime");
    const model = { specificationVersion: "v4", provider: "none", modelId: "silent", doStream: () => undefined };
    await (await openColony({ dir: "loads", overseer: { model } })).close();
    console.log(JSON.stringify(loaded));`,
  );
  expect(stderr).toBe("");
  const loaded = (JSON.parse(stdout) as readonly string[]).filter((url) => url.startsWith("file:"));
  const ours = loaded.filter((url) => url.includes("/@colony/"));
  expect(ours.length).toBeGreaterThan(5);
  expect(ours.length).toBeLessThan(40);
  expect(loaded.filter((url) => /\/node_modules\/(?:croner|pino|yaml|@ai-sdk)\//u.test(url))).toEqual([]);
});
