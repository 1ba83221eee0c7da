import { createRequire } from "node:module";
import { requireOptions, type Logger, type OptionTable } from "@colony/core";
import type * as Pino from "pino";
import { z } from "zod";

/** Names of values that never reach a log. */
const SECRETS = ["apiKey", "api_key", "authorization", "token", "password", "secret"];

/** In the order of their weight. */
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const LOGGER: OptionTable = {
  level: { fits: z.enum(LEVELS), give: `one of ${LEVELS.map((level) => `"${level}"`).join(", ")}` },
  destination: {
    fits: z.string().refine((path) => path.trim() !== "" && !path.includes("\0")),
    give: "the path of a file",
  },
};

/** What waits to be written where nothing can be, in characters. */
const MOST_WAITING = 1_000_000;

/** Where operators' logs go and how much of them. */
export interface LoggerOptions {
  /** Default `warn`. */
  readonly level?: Pino.Level | "silent";
  /** A file path; default standard error. */
  readonly destination?: string;
}

/**
 * A pino logger in the shape that Colony logs to. Secrets are redacted wherever they stand. Where it writes to standard
 * error, pino is loaded with the first line: most colonies never write one, and each start would wait for it. A file is
 * opened at once, so that one that cannot be written is heard of here. Throws `settings.invalid`.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  requireOptions(options, LOGGER, {
    code: "settings.invalid",
    whole: "the options of a logger are no object; leave them out, or give one",
    of: "the logger",
  });
  const { level = "warn", destination } = options;
  if (destination !== undefined) return pinoLogger(level, destination);
  let made: Logger | undefined;
  return writing(level, () => (made ??= pinoLogger(level)));
}

function writing(level: (typeof LEVELS)[number], logger: () => Logger): Logger {
  const nothing = (): void => undefined;
  const writes = (line: (typeof LEVELS)[number]): boolean => LEVELS.indexOf(line) >= LEVELS.indexOf(level);
  return {
    debug: writes("debug") ? (data, message) => logger().debug(data, message) : nothing,
    info: writes("info") ? (data, message) => logger().info(data, message) : nothing,
    warn: writes("warn") ? (data, message) => logger().warn(data, message) : nothing,
    error: writes("error") ? (data, message) => logger().error(data, message) : nothing,
    child(bindings) {
      let child: Logger | undefined;
      return writing(level, () => (child ??= logger().child(bindings)));
    },
  };
}

/** `require`, since a line has to be written before its call returns, and an import does not. */
const load: (name: "pino") => typeof Pino = createRequire(import.meta.url);

function pinoLogger(level: Pino.Level | "silent", file?: string): Logger {
  const { destination, pino } = load("pino");
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  const to = destination({
    ...(file === undefined ? { fd: 2 } : { dest: file, mkdir: true }),
    sync: true,
    maxLength: MOST_WAITING,
  });
  // Where a line cannot be written now (a full disk) it is with the next one, and lines beyond the bound are dropped.
  to.on("error", () => undefined);
  return pino({ level, redact: { paths, censor: "[secret]" }, base: null }, to);
}
