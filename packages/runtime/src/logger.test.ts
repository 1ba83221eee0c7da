import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createLogger } from "./logger.ts";

const folder = mkdtempSync(join(tmpdir(), "colony-logger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a program writes to standard error with a logger of its own. */
function said(program: string): readonly unknown[] {
  const source = `import { createLogger } from ${JSON.stringify(join(import.meta.dirname, "logger.ts"))};\n${program}`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", source], { encoding: "utf8" });
  return stderr
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

test("lines from the level on are written to standard error, with what a child is bound to and without secrets", () => {
  const lines = said(`
    const logger = createLogger().child({ agent: "w-1" }).child({ part: "loop" });
    logger.info({}, "below the level");
    logger.warn({ token: "hush" }, "heard");
    logger.error({}, "heard too");
  `);
  expect(lines).toEqual([
    expect.objectContaining({ level: 40, agent: "w-1", part: "loop", token: "[secret]", msg: "heard" }),
    expect.objectContaining({ level: 50, agent: "w-1", part: "loop", msg: "heard too" }),
  ]);
});

test("a silent logger writes nothing, a talkative one everything", () => {
  const program = (level: string): string => `
    const logger = createLogger({ level: "${level}" });
    for (const write of ["debug", "info", "warn", "error"]) logger[write]({}, write);
  `;
  expect(said(program("silent"))).toEqual([]);
  expect(said(program("debug"))).toHaveLength(4);
});

test("pino is loaded with the first line that is written", () => {
  const program = `
    import { createLogger } from ${JSON.stringify(join(import.meta.dirname, "logger.ts"))};
    import { createRequire } from "node:module";
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("/pino/"));
    const logger = createLogger({ level: "warn" });
    logger.info({}, "below the level");
    const before = loaded();
    logger.warn({}, "heard");
    console.log(JSON.stringify([before, loaded()]));
  `;
  const args = ["--input-type=module", "-e", program];
  expect(JSON.parse(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout)).toEqual([false, true]);
});

test("a level that there is not is refused at once", () => {
  const level = JSON.parse('"loud"') as "warn";
  expect(() => createLogger({ level })).toThrow(/loud/);
});

test("a file that cannot be opened is heard of at once, and one that can holds the lines", () => {
  expect(() => createLogger({ destination: join(import.meta.filename, "log") })).toThrow(/ENOTDIR|EEXIST/);
  const file = join(folder, "deep", "colony.log");
  createLogger({ destination: file }).warn({ password: "hush" }, "heard");
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ msg: "heard", password: "[secret]" });
});
