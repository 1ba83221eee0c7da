import { ColonyError, type Budget } from "@colony/core";
import { setFolderBudget, type ColonyBudget } from "@colony/runtime";
import { openReader } from "../colony/open-reader.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { cost, tokens } from "../render/units.ts";
import type { Command, CommandContext } from "./command.ts";

/** `budget`: what the colony may spend in all, and has. */
export const budgetCommand: Command = {
  name: "budget",
  summary: "show what the colony may spend and has spent, or raise it",
  details: [
    "Without options it shows, also beside a colony at work. Setting one needs the folder not to be in use;",
    "the next input then goes on with what there is. A limit that is not named stays as it is.",
  ],
  options: [
    { name: "usd", value: "N", says: "the most in all, in US dollars" },
    { name: "tokens", value: "N", says: "the most in all, in tokens in and out" },
    { name: "tool-calls", value: "N", says: "the most tool calls in all" },
    { name: "workers", value: "N", says: "the most workers spawned in all" },
  ],
  examples: ["budget", "budget --usd 20", "budget --json"],
  run,
};

async function run({ io, args, settings }: CommandContext): Promise<number> {
  const asked: Budget = {
    ...limit("usd", amount(args.text("usd"), "usd")),
    ...limit("tokens", amount(args.text("tokens"), "tokens")),
    ...limit("toolCalls", args.count("tool-calls")),
    ...limit("workers", args.count("workers")),
  };
  const reader = await openReader(settings);
  let shown = reader.budget();
  await reader.close();
  if (Object.keys(asked).length > 0)
    shown = await setFolderBudget(settings.dir.value, { ...shown.budget, ...asked });
  await write(
    io.stdout,
    settings.output === "json" ? `${JSON.stringify(shown, null, 2)}\n` : `${budgetLines(shown).join("\n")}\n`,
  );
  return EXIT.success;
}

function limit(name: keyof Budget, value: number | undefined): Budget {
  return value === undefined ? {} : { [name]: value };
}

function amount(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new ColonyError("usage.invalid", `--${name} is "${text}"; give a number from 0, as in --${name} 20`);
}

function budgetLines({ budget, spent }: ColonyBudget): readonly string[] {
  const line = (name: string, used: string, most: string | undefined): string =>
    `${name.padEnd(12)}${used} of ${most ?? "no limit"}`;
  return [
    line(
      "US dollars",
      spent.usd === 0 ? "$0" : cost(spent.usd),
      budget.usd === undefined ? undefined : `$${budget.usd}`,
    ),
    line("tokens", tokens(spent.tokens), budget.tokens === undefined ? undefined : tokens(budget.tokens)),
    line("tool calls", String(spent.toolCalls), budget.toolCalls?.toString()),
    line("workers", String(spent.workers), budget.workers?.toString()),
  ];
}
