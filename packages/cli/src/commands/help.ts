import type { WriteStream } from "node:tty";
import { GLOBAL_OPTIONS, type Option } from "../arguments/option.ts";
import type { Paint } from "../render/paint.ts";
import { helpRowsOf, widthOf } from "../render/width.ts";
import type { Command } from "./command.ts";

const VARIABLES: readonly (readonly [string, string])[] = [
  ["OPENAI_API_KEY, ANTHROPIC_API_KEY", "keys of providers"],
  ["OPENAI_BASE_URL, OPENAI_MODEL", "any OpenAI-compatible server, and the model to ask it for"],
  ["COLONY_DIR, COLONY_WORKSPACE, COLONY_FILE, COLONY_MODEL", "what the options of these names set"],
  ["COLONY_CONCURRENCY, COLONY_RETENTION, COLONY_GRACE", "the same"],
  ["COLONY_BUDGET_USD, COLONY_BUDGET_TOKENS, COLONY_BUDGET_WALL, COLONY_PRICES", "the same"],
  ["COLONY_NOTIFY_COMMAND, COLONY_NOTIFY_WEBHOOK", "the same"],
  ["COLONY_NOTIFY_SECRET", "what requests to the webhook are signed with"],
  ["COLONY_LOG_LEVEL", "logs to the terminal at this level, instead of to the colony's colony.log"],
  ["COLONY_OFFLINE_THINK_MS", "makes the offline model slow enough to watch"],
];

/** How help is shown. */
interface HelpPlace {
  readonly paint: Paint;
  /** Of the terminal; infinite where there is none. */
  readonly columns: number;
}

/** Columns for help on an output. */
export function helpColumns({ isTTY, columns }: Pick<WriteStream, "isTTY" | "columns">): number {
  return isTTY ? Math.max(20, columns) : Number.POSITIVE_INFINITY;
}

/** What `--help` says of everything. */
export function generalHelp(
  commands: readonly Command[],
  { paint, release, columns }: HelpPlace & { readonly release: string },
): string {
  return lines(columns, [
    `${paint("bold", "colony")} ${release}: an overseer you talk with, workers that do the work, one log under all of it.`,
    "",
    `${paint("bold", "Usage")}  colony [command] [options]`,
    "       npm start -- [command] [options] (in the repository)",
    "",
    paint("bold", "Commands"),
    ...listed(
      commands.map((command) => [usageOf(command), command.summary]),
      { indent: 6, columns },
    ),
    "",
    paint("bold", "Options for every command"),
    ...optionLines(GLOBAL_OPTIONS, columns),
    "",
    paint("bold", "Environment (options win over it)"),
    ...VARIABLES.flatMap(([names, says]) => [`  ${names}`, `      ${says}`]),
    "",
    `Without a key the built-in offline model is used. "colony help COMMAND" explains one command.`,
  ]);
}

/** What `--help` says of one command. */
export function commandHelp(command: Command, { paint, columns }: HelpPlace): string {
  const { details = [], options, examples } = command;
  return lines(columns, [
    `${paint("bold", `colony ${usageOf(command)}`)}${options.length > 0 ? " [options]" : ""}`,
    "",
    `${command.summary[0]?.toUpperCase() ?? ""}${command.summary.slice(1)}.`,
    ...filled(details, columns),
    ...(options.length === 0 ? [] : ["", paint("bold", "Options"), ...optionLines(options, columns)]),
    "",
    paint("bold", "Options for every command"),
    ...optionLines(GLOBAL_OPTIONS, columns),
    "",
    paint("bold", "Examples"),
    ...examples.flatMap((example) => exampleLines(example, columns)),
  ]);
}

function usageOf({ name, positional, rest }: Command): string {
  const places = [positional, rest].flatMap((place) =>
    place === undefined ? [] : [place.required ? `<${place.name}>` : `[${place.name}]`],
  );
  return [name, ...places].join(" ");
}

function optionLines(options: readonly Option[], columns: number): readonly string[] {
  const entries = options.map(
    ({ name, short, value, says }) =>
      [
        `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
        says,
      ] as const,
  );
  return listed(entries, { indent: 10, columns });
}

/** Names with what is said of each: beside them, or below them where the names alone take half of the terminal. */
function listed(
  entries: readonly (readonly [name: string, says: string])[],
  { indent, columns }: { readonly indent: number; readonly columns: number },
): readonly string[] {
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  return (width + 2) * 2 < columns
    ? entries.map(([name, says]) => `  ${name.padEnd(width)}${says}`)
    : entries.flatMap(([name, says]) => [`  ${name}`, `${" ".repeat(indent)}${says}`]);
}

/** Lines as they were written; where some are too long for the terminal, those of one sentence as one. */
function filled(details: readonly string[], columns: number): readonly string[] {
  if (details.every((line) => widthOf(line) <= columns)) return details;
  const all: string[] = [];
  for (const line of details) {
    const last = all.at(-1);
    if (last === undefined || /[.:?!]$/u.test(last)) all.push(line);
    else all[all.length - 1] = `${last} ${line}`;
  }
  return all;
}

function exampleLines(example: string, columns: number): readonly string[] {
  const text = example.includes("colony ") ? example : `colony ${example}`;
  return helpRowsOf(text, columns - 6).map((row, index) => `${" ".repeat(index === 0 ? 2 : 6)}${row}`);
}

function lines(columns: number, all: readonly string[]): string {
  return `${all.flatMap((line) => helpRowsOf(line, columns)).join("\n")}\n`;
}
