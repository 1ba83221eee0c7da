import type { z } from "zod";
import { ColonyError, messageOf } from "../errors/colony-error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { nearest } from "./nearest.ts";
import { shownValue } from "./shown-value.ts";

/** What an option may be. */
export interface OptionRule {
  readonly fits: z.ZodType;
  /** The same in words, behind `give`. */
  readonly give: string;
  readonly required?: true;
  /** What may stand in it, where it is an object of options itself. */
  readonly options?: OptionTable;
}

/** The options that there are, by name. */
export interface OptionTable {
  readonly [name: string]: OptionRule;
}

/** How options that are wrong are spoken of. */
export interface OptionSpeech {
  readonly code: ErrorCode;
  /** What they are and what to do where they are no object: `the options of inject are`, `give ...`. */
  readonly whole: string;
  /** Stands before each name, such as `overseer.`. */
  readonly before?: string;
  /** Stands behind each name: `tool "read"`. */
  readonly of?: string;
}

/**
 * The first thing that is wrong with options, in one sentence that names the option, its value and what to give; undefined
 * where nothing is. An option that is undefined counts as left out.
 */
export function optionProblem(
  options: unknown,
  table: OptionTable,
  { whole, before = "", of }: Omit<OptionSpeech, "code">,
): string | undefined {
  try {
    if (typeof options !== "object" || options === null || Array.isArray(options)) return whole;
    return problemIn(options, table, { before, behind: of === undefined ? "" : ` of ${of}` });
  } catch (error) {
    return `${whole} (they cannot be read: ${messageOf(error)})`;
  }
}

/** Throws the same, with its code. */
export function requireOptions(options: unknown, table: OptionTable, speech: OptionSpeech): void {
  const problem = optionProblem(options, table, speech);
  if (problem !== undefined) throw new ColonyError(speech.code, problem);
}

/** Throws where a value that stands by itself will not do. */
export function requireValue(
  value: unknown,
  { fits, give, what, code }: OptionRule & { readonly what: string; readonly code: ErrorCode },
): void {
  const path = wrongAt(value, fits);
  if (path === undefined) return;
  const place = path.length === 0 ? "" : `: ${placeOf(path).replace(/^\./, "")}`;
  throw new ColonyError(code, `${what}${place} is ${shownValue(at(value, path))}; give ${give}`);
}

/** Where a value is wrong first; undefined where it is not. What throws when it is looked at is wrong as a whole. */
function wrongAt(value: unknown, fits: z.ZodType): readonly PropertyKey[] | undefined {
  try {
    const issue = fits.safeParse(value).error?.issues[0];
    return issue === undefined ? undefined : pathOf(issue);
  } catch {
    return [];
  }
}

/** Of several ways to fit, the one was meant by which the value comes furthest. */
function pathOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  if (issue.code !== "invalid_union") return issue.path;
  const furthest = issue.errors
    .flatMap(([first]) => (first === undefined ? [] : [pathOf(first)]))
    .reduce((one, other) => (other.length > one.length ? other : one), []);
  return [...issue.path, ...furthest];
}

/** What stands around an option's name. */
interface Around {
  readonly before: string;
  readonly behind: string;
}

function problemIn(options: object, table: OptionTable, around: Around): string | undefined {
  const { before, behind } = around;
  const given = options as Readonly<Record<string, unknown>>;
  // An object of a class may have members for itself.
  if (isPlain(options))
    for (const name of Object.keys(given))
      if (!Object.hasOwn(table, name)) return unknownOption(name, Object.keys(table), around);
  for (const name in table) {
    const rule = table[name];
    const value = given[name];
    if (rule === undefined || (value === undefined && rule.required !== true)) continue;
    const problem = valueProblem(value, rule, { before: before + name, behind });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function isPlain(options: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(options);
  return prototype === Object.prototype || prototype === null;
}

function unknownOption(name: string, names: readonly string[], { before, behind }: Around): string {
  const shown = /^\w{1,60}$/.test(name) ? `${before}${name}` : shownValue(name);
  const meant = nearest(name.slice(0, LONGEST_NAME), names);
  const hint = meant === undefined ? "" : ` (did you mean ${before}${meant}?)`;
  return `there is no option ${shown}${behind}${hint}; there are: ${names.join(", ")}`;
}

/** Names are compared letter by letter with each that there is. */
const LONGEST_NAME = 60;

function valueProblem(
  value: unknown,
  { fits, give, options }: OptionRule,
  { before, behind }: Around,
): string | undefined {
  const path = wrongAt(value, fits);
  if (path !== undefined)
    return `${before}${placeOf(path)}${behind} is ${shownValue(at(value, path))}; give ${give}`;
  return options === undefined
    ? undefined
    : problemIn(value as object, options, { before: `${before}.`, behind });
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
