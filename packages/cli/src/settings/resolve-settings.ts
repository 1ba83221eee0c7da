import { resolve } from "node:path";
import { ColonyError, spanMs } from "@colony/core";
import { z } from "zod";
import type { Arguments } from "../arguments/arguments.ts";
import type { Environment } from "../io/io.ts";
import { PRICE_FORM, readPrices } from "./prices.ts";
import { LOG_LEVELS, MEMORY, type Setting, type Settings } from "./settings.ts";

const Path = z.string().refine((text) => text.trim() !== "" && !text.includes("\0"), "name a folder");
const ShellCommand = z
  .string()
  .refine((text) => text.trim() !== "" && !text.includes("\0"), "give a command as for a shell");
const Address = z
  .string()
  .trim()
  .refine((text) => /^https?:$/u.test(URL.parse(text)?.protocol ?? ""), "give an http or https address");
const FilePath = z.string().refine((text) => text.trim() !== "" && !text.includes("\0"), "name a file");
const Concurrency = numbered(z.int().min(1).max(100_000), "give a whole number from 1 to 100000");
const Amount = numbered(z.number().min(0), "give a number from 0");
const Tokens = numbered(z.int().min(0), "give a whole number from 0");
const Span = written(spanMs, "give a time such as 90s, 10m or 2h");
const Retention = written(
  (text) => (text.trim() === "forever" ? Number.POSITIVE_INFINITY : spanMs(text)),
  "give a time such as 24h, or forever",
);
const Prices = written(readPrices, `give ${PRICE_FORM}`);
const ThinkMs = numbered(z.number().min(0).max(600_000), "give milliseconds from 0 to 600000");
const Grace = numbered(z.number().min(0).max(3_600), "give seconds from 0 to 3600");
const Level = z.enum(LOG_LEVELS, `choose one of ${LOG_LEVELS.join(", ")}`);

/** Environment variables that settings are read from. */
export const SETTING_VARIABLES = [
  "COLONY_DIR",
  "COLONY_WORKSPACE",
  "COLONY_FILE",
  "COLONY_MODEL",
  "COLONY_CONCURRENCY",
  "COLONY_BUDGET_USD",
  "COLONY_BUDGET_TOKENS",
  "COLONY_BUDGET_WALL",
  "COLONY_PRICES",
  "COLONY_RETENTION",
  "COLONY_GRACE",
  "COLONY_NOTIFY_COMMAND",
  "COLONY_NOTIFY_WEBHOOK",
  "COLONY_NOTIFY_SECRET",
  "COLONY_LOG_LEVEL",
  "COLONY_OFFLINE_THINK_MS",
] as const;

/** Numbers as people write them. What else a program would take for one ("0x10", "") is none. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu;

function numbered(range: z.ZodType<number>, words: string): z.ZodType<number> {
  return written((text) => {
    const number = range.safeParse(DECIMAL.test(text.trim()) ? Number(text) : undefined);
    return number.success ? number.data : undefined;
  }, words);
}

/** What is read from a text, or in words what to write instead. */
function written<Value>(read: (text: string) => Value | undefined, words: string): z.ZodType<Value> {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: words });
    return z.NEVER;
  });
}

interface Sources {
  readonly args: Arguments;
  readonly env: Environment;
  /** The folder the person stands in. */
  readonly cwd: string;
}

/** Options win over the environment, the environment over defaults. Throws `settings.invalid` and `usage.invalid`. */
export function resolveSettings(sources: Sources): Settings {
  const { args, cwd } = sources;
  const dir = told(sources, { option: "dir", variable: "COLONY_DIR", schema: Path });
  const workspace = told(sources, { option: "workspace", variable: "COLONY_WORKSPACE", schema: Path });
  return {
    dir: or(dir, (path) => (path === MEMORY ? MEMORY : resolve(cwd, path)), resolve(cwd, ".colony")),
    workspace: or(workspace, (path) => resolve(cwd, path), cwd),
    file: or(
      told(sources, { option: "file", variable: "COLONY_FILE", schema: FilePath }),
      (path) => resolve(cwd, path),
      undefined,
    ),
    model: or(
      told(sources, { option: "model", variable: "COLONY_MODEL", schema: z.string().trim() }),
      same,
      undefined,
    ),
    concurrency: or(
      told(sources, { option: "concurrency", variable: "COLONY_CONCURRENCY", schema: Concurrency }),
      same,
      4,
    ),
    budgetUsd: or(
      told(sources, { option: "budget-usd", variable: "COLONY_BUDGET_USD", schema: Amount }),
      same,
      undefined,
    ),
    budgetTokens: or(
      told(sources, { option: "budget-tokens", variable: "COLONY_BUDGET_TOKENS", schema: Tokens }),
      same,
      undefined,
    ),
    budgetWallMs: or(
      told(sources, { option: "budget-wall", variable: "COLONY_BUDGET_WALL", schema: Span }),
      same,
      undefined,
    ),
    prices: or(
      told(sources, { option: "prices", variable: "COLONY_PRICES", schema: Prices }),
      same,
      undefined,
    ),
    notifyCommand: or(
      told(sources, { option: "notify-command", variable: "COLONY_NOTIFY_COMMAND", schema: ShellCommand }),
      same,
      undefined,
    ),
    notifyWebhook: or(
      told(sources, {
        option: "notify-webhook",
        variable: "COLONY_NOTIFY_WEBHOOK",
        schema: Address,
      }),
      same,
      undefined,
    ),
    notifySecret: or(
      told(sources, { variable: "COLONY_NOTIFY_SECRET", schema: z.string() }),
      same,
      undefined,
    ),
    retentionMs: or(
      told(sources, { option: "retention", variable: "COLONY_RETENTION", schema: Retention }),
      same,
      undefined,
    ),
    graceMs: or(
      told(sources, { option: "grace", variable: "COLONY_GRACE", schema: Grace }),
      (seconds) => seconds * 1_000,
      10_000,
    ),
    logLevel: logLevelOf(sources),
    offlineThinkMs: or(told(sources, { variable: "COLONY_OFFLINE_THINK_MS", schema: ThinkMs }), same, 0),
    takeOver: args.flag("take-over") ? "on" : "off",
    output: args.flag("json") ? "json" : "words",
    colours: args.flag("no-color") ? "never" : "auto",
    debug: args.flag("debug") ? "on" : "off",
  };
}

/** An option or a variable with its value as the schema wants it; undefined where neither is set. */
function told<Value>(
  { args, env }: Sources,
  from: { readonly option?: string; readonly variable: string; readonly schema: z.ZodType<Value> },
): Setting<Value> | undefined {
  const typed = from.option === undefined ? undefined : args.text(from.option);
  const variable = env[from.variable];
  // A variable that is set to nothing is how many shells and CI systems say that it is not set.
  const text = typed ?? (variable === "" ? undefined : variable);
  if (text === undefined) return undefined;
  const source = typed === undefined ? from.variable : `--${from.option ?? ""}`;
  const parsed = from.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data, source };
  const what = parsed.error.issues[0]?.message ?? "it cannot be used";
  throw new ColonyError(
    typed === undefined ? "settings.invalid" : "usage.invalid",
    `${source} is "${text}"; ${what}`,
  );
}

function or<Told, Value>(
  setting: Setting<Told> | undefined,
  as: (told: Told) => Value,
  fallback: Value,
): Setting<Value> {
  return setting === undefined
    ? { value: fallback, source: "default" }
    : { value: as(setting.value), source: setting.source };
}

function same<Value>(value: Value): Value {
  return value;
}

function logLevelOf(sources: Sources): Settings["logLevel"] {
  if (sources.args.flag("debug")) return { value: "debug", source: "--debug" };
  return or(told(sources, { variable: "COLONY_LOG_LEVEL", schema: Level }), same, undefined);
}
