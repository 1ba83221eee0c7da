import type { WriteStream } from "node:tty";
import { GLOBAL_OPTIONS, type Option } from "../arguments/option.ts";
import type { Paint } from "../render/paint.ts";
import { helpRowsOf } from "../render/width.ts";
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
  const width = Math.max(...commands.map((command) => usageOf(command).length)) + 2;
  return lines(columns, [
    `${paint("bold", "colony")} ${release}: an overseer you talk with, workers that do the work, one log under all of it.`,
    "",
    `${paint("bold", "Usage")}  colony [command] [options]     (in the repository: npm start -- [command] [options])`,
    "",
    paint("bold", "Commands"),
    ...commands.map((command) => `  ${usageOf(command).padEnd(width)}${command.summary}`),
    "",
    paint("bold", "Options for every command"),
    ...optionLines(GLOBAL_OPTIONS),
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
    ...details,
    ...(options.length === 0 ? [] : ["", paint("bold", "Options"), ...optionLines(options)]),
    "",
    paint("bold", "Options for every command"),
    ...optionLines(GLOBAL_OPTIONS),
    "",
    paint("bold", "Examples"),
    ...examples.map((example) => `  ${example.includes("colony ") ? example : `colony ${example}`}`),
  ]);
}

function usageOf({ name, positional, rest }: Command): string {
  const places = [positional, rest].flatMap((place) =>
    place === undefined ? [] : [place.required ? `<${place.name}>` : `[${place.name}]`],
  );
  return [name, ...places].join(" ");
}

function optionLines(options: readonly Option[]): readonly string[] {
  const names = options.map(
    ({ name, short, value }) =>
      `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
  );
  const width = Math.max(...names.map((name) => name.length)) + 2;
  return options.map(({ says }, index) => `  ${(names[index] ?? "").padEnd(width)}${says}`);
}

function lines(columns: number, all: readonly string[]): string {
  return `${all.flatMap((line) => helpRowsOf(line, columns)).join("\n")}\n`;
}
