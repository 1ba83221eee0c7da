import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

const module = join(import.meta.dirname, "setup-lock.mjs");

// Notes when it is inside; two processes inside at once would mix their notes.
const program = `
  import { appendFileSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { lock } from ${JSON.stringify(`file://${module}`)};
  const [folder] = process.argv.slice(1);
  const held = await lock(folder, () => {});
  appendFileSync(folder + "/notes", "in ");
  await sleep(20);
  appendFileSync(folder + "/notes", "out ");
  held.release();
  console.log(held.unfinished);
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "colony-lock-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function setUpOnce(): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return (await text(child.stdout)).trim();
}

test("set-ups that start together run one after another and leave nothing behind", async () => {
  await Promise.all(Array.from({ length: 6 }, setUpOnce));
  expect(readFileSync(join(folder, "notes"), "utf8")).toBe("in out ".repeat(6));
  expect(readdirSync(folder)).toEqual(["notes"]);
});

test("the lock of a process that died is taken over, by one of many, as an unfinished set-up", async () => {
  writeFileSync(join(folder, ".setup-lock"), "999999999");
  const unfinished = await Promise.all(Array.from({ length: 6 }, setUpOnce));
  expect(unfinished).toContain("true");
  expect(readFileSync(join(folder, "notes"), "utf8")).toBe("in out ".repeat(6));
  expect(readdirSync(folder)).toEqual(["notes"]);
});

test("a set-up that does not wait for anybody is not unfinished", async () => {
  expect(await setUpOnce()).toBe("false");
});
