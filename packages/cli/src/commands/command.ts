import type { Arguments } from "../arguments/arguments.ts";
import type { Syntax } from "../arguments/parse-arguments.ts";
import type { Io } from "../io/io.ts";
import type { Paint } from "../render/paint.ts";
import type { Settings } from "../settings/settings.ts";

/** What a command is given when it is run. */
export interface CommandContext {
  readonly io: Io;
  readonly args: Arguments;
  readonly settings: Settings;
  /** For standard output. */
  readonly paint: Paint;
  /** For standard error. */
  readonly talkPaint: Paint;
}

/** A command: how it is typed, how it is explained, what it does. */
export interface Command extends Syntax {
  /** One line for the list of commands. */
  readonly summary: string;
  /** More about it, for its own help. */
  readonly details?: readonly string[];
  readonly examples: readonly string[];
  /** Resolves to the exit code. */
  run(context: CommandContext): Promise<number>;
}
