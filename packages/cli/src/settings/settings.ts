import type { PriceTable } from "@colony/runtime";

/** A value and who said so: an option, an environment variable, or nobody. */
export interface Setting<Value> {
  readonly value: Value;
  /** `--dir`, `COLONY_DIR`, `default`. */
  readonly source: string;
}

/** How much operators are told. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
/** One of the levels of logs. */
type LogLevel = (typeof LOG_LEVELS)[number];

/** What a command works with. Paths are absolute. */
export interface Settings {
  /** The colony folder, or `memory`. */
  readonly dir: Setting<string>;
  readonly workspace: Setting<string>;
  /** The file that says who is in the colony; undefined: the one that lies where the person stands, if there is one. */
  readonly file: Setting<string | undefined>;
  /** As it was asked for; undefined lets the keys decide. */
  readonly model: Setting<string | undefined>;
  readonly concurrency: Setting<number>;
  /** What the colony may spend in all; undefined: what was set before. */
  readonly budgetUsd: Setting<number | undefined>;
  readonly budgetTokens: Setting<number | undefined>;
  /** Time in which anybody may be at work in all; undefined: what was set before. */
  readonly budgetWallMs: Setting<number | undefined>;
  /** What models cost, besides or instead of the list prices. */
  readonly prices: Setting<PriceTable | undefined>;
  /** Run by a shell for each worker that people asked to be told of. */
  readonly notifyCommand: Setting<string | undefined>;
  /** Sent a request for each of them instead. */
  readonly notifyWebhook: Setting<string | undefined>;
  /** What these requests are signed with; never shown. */
  readonly notifySecret: Setting<string | undefined>;
  /** How long workers that are closed stay in lists; undefined: 24 h. Infinite: for ever. */
  readonly retentionMs: Setting<number | undefined>;
  /** Absent: to the colony's own log file, never to the terminal. */
  readonly logLevel: Setting<LogLevel | undefined>;
  /** How long what runs may go on when the process is asked to end. */
  readonly graceMs: Setting<number>;
  /** How long the offline model waits before each answer, so that one can watch it. */
  readonly offlineThinkMs: Setting<number>;
  /** Whether a colony is opened whose owner nobody can ask from here, since that is known to be gone. */
  readonly takeOver: "on" | "off";
  readonly output: "words" | "json";
  readonly colours: "auto" | "never";
  readonly debug: "on" | "off";
}

/** The word that stands for a colony without a folder. */
export const MEMORY = "memory";
