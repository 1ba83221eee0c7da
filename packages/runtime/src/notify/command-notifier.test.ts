import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Notification } from "@colony/core";
import { notifierContract } from "@colony/testkit/contracts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { news } from "../testing/news.ts";
import { commandNotifier, type CommandNotifierOptions } from "./command-notifier.ts";

const never = (): AbortSignal => new AbortController().signal;

const read = async (file: string): Promise<string> => await readFile(file, "utf8").catch(() => "");

/** Appends its standard input to a file in one write, or does as the other file says. */
const RECEIVER = `
  const { appendFileSync, existsSync, readFileSync } = require("node:fs");
  const [, file, how] = process.argv;
  if (existsSync(how)) {
    if (readFileSync(how, "utf8") === "hang") setInterval(() => {}, 1000);
    else process.exit(3);
  } else appendFileSync(file, readFileSync(0));
`;

notifierContract("commandNotifier", async () => {
  const { writeFileSync } = await import("node:fs");
  const folder = await mkdtemp(join(tmpdir(), "colony-command-"));
  const [file, how] = [join(folder, "received"), join(folder, "how")];
  return {
    notifier: commandNotifier({ command: process.execPath, args: ["-e", RECEIVER, file, how] }),
    received: async () =>
      (await read(file))
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Notification),
    refuse: () => writeFileSync(how, "fail"),
    hang: () => writeFileSync(how, "hang"),
    close: async () => await rm(folder, { recursive: true }),
  };
});

describe("a command that is run for notifications", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "colony-command-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const script = (text: string, more: Partial<CommandNotifierOptions> = {}) =>
    commandNotifier({ command: "sh", args: ["-c", `cd "$0"; ${text}`, folder], ...more });

  it("finds every member in a variable of its own, empty where there is none", async () => {
    const notifier = script(
      'env | grep "^COLONY_NOTIFICATION_" | sort > all; printf %s "$COLONY_NOTIFICATION_TEXT" > text',
    );
    const text = 'it\'s "$HOME"\n`id`\u0000!';
    await notifier.notify(news({ text, mark: "warning", status: "timed_out" }), { signal: never() });
    expect(await read(join(folder, "text"))).toBe('it\'s "$HOME"\n`id`!');
    const lines = (await read(join(folder, "all"))).split("\n").filter((line) => !line.includes("_TEXT"));
    expect(lines).toEqual([
      "COLONY_NOTIFICATION_COLONY_ID=colony-1",
      "COLONY_NOTIFICATION_ID=w-1@9",
      "COLONY_NOTIFICATION_LABEL=",
      "COLONY_NOTIFICATION_MARK=warning",
      "COLONY_NOTIFICATION_NAME=",
      "COLONY_NOTIFICATION_OWNER=",
      "COLONY_NOTIFICATION_ROLE=helper",
      "COLONY_NOTIFICATION_SECONDS=3",
      "COLONY_NOTIFICATION_STATUS=timed_out",
      "COLONY_NOTIFICATION_WORKER_ID=w-1",
      "",
    ]);
  });

  it("may leave its standard input alone", async () => {
    await expect(script("exit 0").notify(news({ text: "x".repeat(200) }), { signal: never() })).resolves.toBe(
      undefined,
    );
  });

  it("has failed when it says so, and its words are told", async () => {
    const telling = script("echo 'no display' >&2; exit 4").notify(news(), { signal: never() });
    await expect(telling).rejects.toMatchObject({
      code: "notification.failed",
      message: '"sh" ended with code 4: no display',
    });
    await expect(script("kill -9 $$").notify(news(), { signal: never() })).rejects.toMatchObject({
      message: '"sh" was ended by SIGKILL',
    });
  });

  it("has failed when there is no such program, which may be mended", async () => {
    const notifier = commandNotifier({ command: "no-such-program-here" });
    await expect(notifier.notify(news(), { signal: never() })).rejects.toMatchObject({
      code: "process.not_found",
    });
  });

  it("is ended with everything that it started when it takes too long", async () => {
    const notifier = script("sleep 300 & echo $! > child; echo $$ > own; wait", { timeoutMs: 300 });
    await expect(notifier.notify(news(), { signal: never() })).rejects.toMatchObject({
      code: "notification.failed",
      message: '"sh" did not end within 300 ms, and was ended',
    });
    for (const file of ["own", "child"]) {
      const pid = Number(await read(join(folder, file)));
      expect(pid).toBeGreaterThan(1);
      for (let looks = 0; looks < 500 && isAlive(pid); looks += 1) await sleep(10);
      expect(isAlive(pid)).toBe(false);
    }
  });

  it.each<readonly [unknown, string]>([
    [undefined, "a command notifier needs an object; give { command }"],
    [{}, "command of the command notifier is missing; give the name or the path of a program"],
    [{ command: " " }, 'command of the command notifier is " "; give the name'],
    [{ command: "sh", args: "-c" }, 'args of the command notifier is "-c"; give a list of texts'],
    [{ command: "sh", args: ["a\u0000b"] }, "args[0] of the command notifier is"],
    [{ command: "sh", timeoutMs: Number.POSITIVE_INFINITY }, "timeoutMs of the command notifier is Infinity"],
  ])("and was given as %j is refused in a sentence", (options, sentence) => {
    expect(() => commandNotifier(options as CommandNotifierOptions)).toThrow(
      expect.objectContaining({
        code: "settings.invalid",
        message: expect.stringContaining(sentence) as string,
      }) as Error,
    );
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // There is nobody to be asked.
    return false;
  }
}
