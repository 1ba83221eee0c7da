import type { Logger } from "@colony/core";
import { destination, pino, type Level } from "pino";

/** Names of values that never reach a log. */
const SECRETS = ["apiKey", "api_key", "authorization", "token", "password", "secret"];

/** Where operators' logs go and how much of them. */
export interface LoggerOptions {
  /** Default `warn`. */
  readonly level?: Level | "silent";
  /** A file path; default standard error. */
  readonly destination?: string;
}

/** A pino logger in the shape that Colony logs to. Secrets are redacted wherever they stand. */
export function createLogger({ level = "warn", destination: file }: LoggerOptions = {}): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`]);
  return pino(
    { level, redact: { paths, censor: "[secret]" }, base: null },
    file === undefined
      ? destination({ fd: 2, sync: true })
      : destination({ dest: file, mkdir: true, sync: true }),
  );
}
