import { ColonyError } from "@colony/core";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/commands.ts";
import { parseArguments } from "./parse-arguments.ts";

const parse = (...argv: string[]) => {
  const { command, args } = parseArguments(argv, COMMANDS);
  return { command: command.name, args };
};

function wrong(...argv: string[]): string {
  try {
    parseArguments(argv, COMMANDS);
  } catch (error) {
    if (error instanceof ColonyError && error.code === "usage.invalid") return error.message;
    throw error;
  }
  throw new Error(`${argv.join(" ")} was accepted`);
}

describe("a command line", () => {
  it("without a command is a chat", () => {
    expect(parse().command).toBe("chat");
    expect(parse("--dir", "x", "--json").command).toBe("chat");
  });

  it("takes options before and behind the command, with and without =", () => {
    const { command, args } = parse("--dir", "a", "run", "--json", "Survey this", "--model=offline/rules");
    expect(command).toBe("run");
    expect(args.positionals).toEqual(["Survey this"]);
    expect([args.text("dir"), args.text("model"), args.flag("json")]).toEqual(["a", "offline/rules", true]);
  });

  it("finds the command behind an option of that command", () => {
    expect(parse("--types", "run", "log").command).toBe("log");
  });

  it("takes short options", () => {
    const { args } = parse("log", "-f", "-n", "20");
    expect([args.flag("follow"), args.count("limit")]).toEqual([true, 20]);
  });

  it("takes everything behind -- as an argument, and - as one", () => {
    expect(parse("run", "--", "--help me").args.positionals).toEqual(["--help me"]);
    expect(parse("run", "-").args.positionals).toEqual(["-"]);
  });

  it("takes a value that begins with a dash when it is joined by =", () => {
    expect(parse("seed", "--from=-odd").args.text("from")).toBe("-odd");
  });

  it("asks for nothing more when help is wanted", () => {
    expect(parse("show", "--help").args.flag("help")).toBe(true);
  });

  it.each([
    [["wrokers"], 'there is no command "wrokers"; did you mean "workers"?'],
    [["Survey everything"], "(to give a task, say: run"],
    [["log", "--folow"], '"log" has no option --folow; did you mean "--follow"?'],
    [["--worksapce", "x"], '"chat" has no option --worksapce; did you mean "--workspace"?'],
    [["workers", "--follow"], '"workers" has no option --follow; it belongs to: log'],
    [["workers", "-z"], '"workers" has no option -z'],
    [["--dir"], "--dir needs a value, as in --dir PATH"],
    [["--dir", "--json"], '--dir needs a value, not the option "--json", as in --dir PATH'],
    [["--dir="], "--dir needs a value"],
    [["--json=yes"], '--json takes no value; leave "=yes" away'],
    [["run"], '"run" needs a task, as in: colony run "Survey this repository"'],
    [["run", "  "], '"run" needs a task'],
    [["run", "Survey", "this"], '"run" takes one task and was given 2; put it in quotes'],
    [["export"], '"export" needs an agent'],
    [["doctor", "now"], '"doctor" takes no argument, and "now" is one'],
  ])("%j is told what is wrong", (argv, sentence) => {
    expect(wrong(...argv)).toContain(sentence);
    expect(wrong(...argv)).not.toContain("\n");
  });
});

describe("arguments", () => {
  it("count in whole numbers only", () => {
    expect(() => parse("log", "--limit", "many").args.count("limit")).toThrow(
      '--limit is "many"; give a whole number',
    );
    expect(parse("log").args.count("limit")).toBeUndefined();
  });

  it("list what stands between commas", () => {
    expect(parse("log", "--types", "A, B,,").args.list("types")).toEqual(["A", "B"]);
  });
});
