import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";

test.each([
  ["git", ["status", "--short"], "git status --short"],
  ["sh", ["-c", "echo 'a b' > $HOME"], String.raw`sh -c 'echo '\''a b'\'' > $HOME'`],
  ["printf", ["", "a\nb"], "printf '' 'a\nb'"],
])("a command line of %s is what people would type", (command, args, line) => {
  expect(commandLine(command, args)).toBe(line);
});

test("a long command line is cut, never in the middle of a character", () => {
  const line = commandLine("echo", ["🐝".repeat(1_000)]);
  expect(line).toHaveLength(500);
  expect(line.isWellFormed()).toBe(true);
  expect(line.endsWith("...")).toBe(true);
});
