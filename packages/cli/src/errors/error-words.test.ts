import { ColonyError, ERROR_CODES, type ErrorCode } from "@colony/core";
import { expect, it } from "vitest";
import { errorWords } from "./error-words.ts";
import { exitCodeOf } from "./exit-code.ts";

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

it("2 is for what the person has to type or set otherwise, 1 for everything else", () => {
  const usage = codes.filter((code) => exitCodeOf(new ColonyError(code, "x")) === 2);
  expect(usage).toEqual([
    "usage.invalid",
    "settings.invalid",
    "colony_file.not_found",
    "colony_file.invalid",
    "input.invalid",
    "trigger.invalid",
    "model.missing_key",
    "model.unknown",
    "workspace.invalid",
  ]);
  expect(exitCodeOf(new Error("x"))).toBe(1);
  expect(exitCodeOf("x")).toBe(1);
});

it("a folder in use names the process, and what still works", () => {
  const error = new ColonyError("colony.in_use", "process 42 has owned it", {
    details: { pid: 42, hostname: "here", since: Date.UTC(2026, 1, 1), dir: "/tmp/c" },
  });
  expect(errorWords(error)).toMatch(
    /^process 42 has had the colony in \/tmp\/c open since 20\d\d-.*; end that one first, or use another folder with --dir \(inject, send, inbox, answer, .* trigger, budget, workers, show, log and export work beside it\)$/u,
  );
});

it("a folder in use elsewhere says how it is taken over, and not that anything works beside it", () => {
  const details = { pid: 42, hostname: "there", since: Date.UTC(2026, 1, 1), dir: "/tmp/c" };
  const words = (more: object): string =>
    errorWords(new ColonyError("colony.in_use", "x", { details: { ...details, ...more } }));
  expect(words({ elsewhere: true })).toMatch(
    /^process 42 on there has had the colony in \/tmp\/c open since 20\d\d-.*, and from here nobody can tell whether it still runs; end it there or, when that machine is gone, open the colony here with --take-over \(run, chat and host take it\)$/u,
  );
  expect(words({ container: true })).toMatch(
    /^process 42 in another container \(there\) .* work beside it\)$/u,
  );
});

it("a folder without a colony says how one is made", () => {
  const error = new ColonyError("colony.not_found", "none", { details: { dir: "/tmp/c" } });
  expect(errorWords(error)).toBe(
    'there is no colony in /tmp/c yet; "colony run", "colony chat" or "colony host" makes one, --dir names another folder',
  );
});

it("a full disk is said as such, wherever it was noticed", () => {
  const full = new ColonyError("log.write_failed", "x", { cause: new Error("database or disk is full") });
  expect(errorWords(full)).toMatch(/^the disk is full; make room/u);
  const readOnly = Object.assign(new Error("x"), { code: "EROFS" });
  for (const error of [readOnly, new ColonyError("colony.folder_invalid", "x", { cause: readOnly })])
    expect(errorWords(error)).toMatch(/^the disk is read-only/u);
});

it("what nobody foresaw is one sentence and a way to learn more", () => {
  expect(errorWords(new TypeError("x is not a function\nat y"))).toBe(
    "x is not a function (unexpected; run again with --debug to see where it comes from)",
  );
});

it("an error cannot write to the terminal what it likes", () => {
  expect(errorWords(new ColonyError("model.auth", "no\u001B[2J key"))).toBe("no key");
});

it("where letting go of everything fails too, what went wrong first is what is told", () => {
  const first = new ColonyError("log.gone", "colony.db was removed");
  expect(errorWords(new SuppressedError(new Error("not closed"), first))).toBe("colony.db was removed");
});
