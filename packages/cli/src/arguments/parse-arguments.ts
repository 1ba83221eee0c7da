import { parseArgs } from "node:util";
import { ColonyError } from "@colony/core";
import { Arguments } from "./arguments.ts";
import { suggestion } from "./nearest.ts";
import { GLOBAL_OPTIONS, type Option } from "./option.ts";

/** What parsing must know of a command. */
export interface Syntax {
  readonly name: string;
  /** What stands behind the command, if anything may. */
  readonly positional?: { readonly name: string; readonly required: boolean; readonly example: string };
  /** What may stand behind that, as many words as are given. */
  readonly rest?: { readonly name: string; readonly required: boolean; readonly example: string };
  readonly options: readonly Option[];
}

/** A command line that was understood. */
export interface Parsed<Command extends Syntax> {
  readonly command: Command;
  readonly args: Arguments;
}

interface Token {
  readonly kind: string;
  readonly index: number;
  readonly name?: string;
  readonly rawName?: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/**
 * Understands a command line, or says in one sentence what is wrong with it (`usage.invalid`). Options may stand before
 * and behind the command; everything behind `--` is no option. With no command at all it is the first of the table.
 */
export function parseArguments<Command extends Syntax>(
  argv: readonly string[],
  commands: readonly [Command, ...Command[]],
): Parsed<Command> {
  const named = firstWord(argv, commands);
  if (named?.strange !== undefined && !commands.some(({ name }) => name === named.word))
    throw unknownOption(named.strange, commands[0], commands);
  const command = named === undefined ? commands[0] : commandNamed(named.word, commands);
  const rest = argv.filter((_, index) => index !== named?.index);
  const options = [...GLOBAL_OPTIONS, ...command.options];
  const flags: string[] = [];
  const texts: (readonly [string, string])[] = [];
  const positionals: string[] = [];
  for (const token of tokensOf(rest, options)) {
    if (token.kind === "positional") positionals.push(token.value ?? "");
    if (token.kind !== "option") continue;
    const option = options.find(({ name }) => name === token.name);
    if (option === undefined) throw unknownOption(token, command, commands);
    if (option.value === undefined) {
      if (token.value !== undefined)
        throw wrong(`--${option.name} takes no value; leave "=${token.value}" away`);
      flags.push(option.name);
    } else texts.push([option.name, valueOf(token, option)]);
  }
  const args = new Arguments({ positionals, flags, texts });
  if (!args.flag("help") && !args.flag("version")) checkPositionals(command, positionals);
  return { command, args };
}

function tokensOf(argv: readonly string[], options: readonly Option[]): readonly Token[] {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      options.map(({ name, short, value }) => [
        name,
        {
          type: value === undefined ? ("boolean" as const) : ("string" as const),
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}

interface FirstWord {
  readonly word: string;
  readonly index: number;
  /** An option before it that no command has: then the word may be that one's value. */
  readonly strange: Token | undefined;
}

/** The first word that is no option and no option's value: the command. Options of any command may stand before it. */
function firstWord(argv: readonly string[], commands: readonly Syntax[]): FirstWord | undefined {
  const options = new Map(
    [...GLOBAL_OPTIONS, ...commands.flatMap((one) => one.options)].map((option) => [option.name, option]),
  );
  let strange: Token | undefined;
  for (const token of tokensOf(argv, [...options.values()])) {
    if (token.kind === "option-terminator") return undefined;
    if (token.kind === "option" && !options.has(token.name ?? "")) strange ??= token;
    if (token.kind === "positional") return { word: token.value ?? "", index: token.index, strange };
  }
  return undefined;
}

function commandNamed<Command extends Syntax>(word: string, commands: readonly Command[]): Command {
  const command = commands.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const names = commands.map(({ name }) => name);
  const task = word.trim() === "" ? "" : ` (to give a task, say: run "${word}")`;
  const hint = suggestion(word, names) || `; commands are ${names.join(", ")}${task}`;
  throw wrong(`there is no command "${word}"${hint}`);
}

function unknownOption({ rawName = "" }: Token, command: Syntax, commands: readonly Syntax[]): ColonyError {
  const own = [...GLOBAL_OPTIONS, ...command.options].map(({ name }) => `--${name}`);
  const owners = commands
    .filter(({ options }) => options.some(({ name }) => `--${name}` === rawName))
    .map(({ name }) => name);
  if (owners.length > 0)
    return wrong(`"${command.name}" has no option ${rawName}; it belongs to: ${owners.join(", ")}`);
  const hint = suggestion(rawName, own) || `; "colony ${command.name} --help" lists the options`;
  return wrong(`"${command.name}" has no option ${rawName}${hint}`);
}

function valueOf({ value, inlineValue, rawName }: Token, { name, value: stands = "" }: Option): string {
  // A negative number is a value that is out of range: who reads it says which numbers may be given.
  const isNegative = /^-\d+$/u.test(value ?? "");
  const isOption =
    inlineValue !== true && value !== undefined && value.startsWith("-") && value.length > 1 && !isNegative;
  if (value === undefined || value === "" || isOption) {
    const instead = isOption ? `, not the option "${value}"` : "";
    throw wrong(`${rawName ?? `--${name}`} needs a value${instead}, as in --${name} ${stands}`);
  }
  return value;
}

function checkPositionals({ name, positional, rest }: Syntax, given: readonly string[]): void {
  if (positional === undefined && given.length > 0)
    throw wrong(
      `"${name}" takes no argument, and "${given[0] ?? ""}" is one; "colony ${name} --help" explains it`,
    );
  if (given.length > 1 && rest === undefined)
    throw wrong(
      `"${name}" takes one ${positional?.name ?? "argument"} and was given ${given.length}; ${positional?.name === "task" ? "put it in quotes" : "give one at a time"}, as in: colony ${name} ${positional?.example ?? ""}`,
    );
  const missing = given[0] === undefined || given[0].trim() === "";
  if (positional?.required === true && missing)
    throw wrong(
      `"${name}" needs ${/^[aeiou]/u.test(positional.name) ? "an" : "a"} ${positional.name}, as in: colony ${name} ${positional.example}`,
    );
  if (rest?.required === true && given.slice(1).join(" ").trim() === "")
    throw wrong(
      `"${name}" needs ${/^[aeiou]/u.test(rest.name) ? "an" : "a"} ${rest.name} behind the ${positional?.name ?? "argument"}, as in: colony ${name} ${positional?.example ?? ""} ${rest.example}`,
    );
}

function wrong(sentence: string): ColonyError {
  return new ColonyError("usage.invalid", sentence);
}
