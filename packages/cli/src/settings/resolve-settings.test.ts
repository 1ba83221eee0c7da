import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Arguments } from "../arguments/arguments.ts";
import { resolveSettings } from "./resolve-settings.ts";

const cwd = resolve("/people/ann");
const settings = (
  texts: Record<string, string> = {},
  env: Record<string, string> = {},
  flags: string[] = [],
) => resolveSettings({ args: new Arguments({ texts: Object.entries(texts), flags }), env, cwd });

describe("settings", () => {
  it("are sensible where nobody said anything", () => {
    expect(settings()).toMatchObject({
      dir: { value: resolve(cwd, ".colony"), source: "default" },
      workspace: { value: cwd, source: "default" },
      model: { value: undefined, source: "default" },
      concurrency: { value: 4, source: "default" },
      logLevel: { value: undefined },
      output: "words",
      colours: "auto",
    });
  });

  it("come from an option before the environment, and from the environment before the default", () => {
    const env = { COLONY_DIR: "env", COLONY_CONCURRENCY: "9", COLONY_MODEL: "openai/a" };
    expect(settings({ dir: "opt" }, env)).toMatchObject({
      dir: { value: resolve(cwd, "opt"), source: "--dir" },
      concurrency: { value: 9, source: "COLONY_CONCURRENCY" },
      model: { value: "openai/a", source: "COLONY_MODEL" },
    });
  });

  it("count paths from where the person stands", () => {
    expect(settings({ workspace: "../bob", dir: "/abs" })).toMatchObject({
      workspace: { value: resolve("/people/bob") },
      dir: { value: resolve("/abs") },
    });
  });

  it('keep "memory" as it is, and a folder of that name is ./memory', () => {
    expect(settings({ dir: "memory" }).dir.value).toBe("memory");
    expect(settings({ dir: "./memory" }).dir.value).toBe(resolve(cwd, "memory"));
  });

  it("take an empty variable for none", () => {
    expect(settings({}, { COLONY_DIR: "", COLONY_CONCURRENCY: "" })).toMatchObject({
      dir: { source: "default" },
      concurrency: { value: 4 },
    });
  });

  it("send logs to the terminal only when asked", () => {
    expect(settings({}, { COLONY_LOG_LEVEL: "warn" }).logLevel).toEqual({
      value: "warn",
      source: "COLONY_LOG_LEVEL",
    });
    expect(settings({}, {}, ["debug"]).logLevel).toEqual({ value: "debug", source: "--debug" });
  });

  it.each([
    ["20000", 20_000],
    [" 2e5 ", 200_000],
    ["0.5", 0.5],
    ["+7", 7],
  ])("read the number %j as people do", (text, number) => {
    expect(settings({ "budget-usd": text }).budgetUsd.value).toBe(number);
  });

  it.each<readonly [Record<string, string>, Record<string, string>, string, string]>([
    [{ concurrency: "0" }, {}, "usage.invalid", '--concurrency is "0"; give a whole number from 1 to 100000'],
    [
      { concurrency: "some" },
      {},
      "usage.invalid",
      '--concurrency is "some"; give a whole number from 1 to 100000',
    ],
    [
      {},
      { COLONY_CONCURRENCY: "1.5" },
      "settings.invalid",
      'COLONY_CONCURRENCY is "1.5"; give a whole number',
    ],
    [{}, { COLONY_LOG_LEVEL: "loud" }, "settings.invalid", "choose one of debug, info, warn, error, silent"],
    [
      { "budget-tokens": "0x10" },
      {},
      "usage.invalid",
      '--budget-tokens is "0x10"; give a whole number from 0',
    ],
    [{ "budget-tokens": "1.5" }, {}, "usage.invalid", '--budget-tokens is "1.5"; give a whole number from 0'],
    [{ "budget-usd": "Infinity" }, {}, "usage.invalid", '--budget-usd is "Infinity"; give a number from 0'],
    [{ concurrency: "0b11" }, {}, "usage.invalid", '--concurrency is "0b11"; give a whole number'],
    [{ grace: "0o7" }, {}, "usage.invalid", '--grace is "0o7"; give seconds from 0 to 3600'],
    [{ dir: " " }, {}, "usage.invalid", '--dir is " "; name a folder'],
    [{}, { COLONY_OFFLINE_THINK_MS: "-1" }, "settings.invalid", "give milliseconds from 0 to 600000"],
  ])("%j with %j are refused in a sentence", (texts, env, ...[code, sentence]) => {
    expect(() => settings(texts, env)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(sentence) as string }) as Error,
    );
  });
});
