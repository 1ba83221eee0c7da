import { RELEASE } from "@colony/runtime";
import { parseArguments } from "./arguments/parse-arguments.ts";
import { commandHelp, generalHelp, helpColumns } from "./commands/help.ts";
import { COMMANDS } from "./commands/commands.ts";
import { EXIT } from "./errors/exit-code.ts";
import { reportError } from "./errors/report-error.ts";
import { write, type Io } from "./io/io.ts";
import { paintFor } from "./render/paint.ts";
import { resolveSettings } from "./settings/resolve-settings.ts";

/** Does what was typed and resolves to the exit code. Throws nothing: errors are told on standard error. */
export async function runCommandLine(io: Io): Promise<number> {
  try {
    const { command, args } = parseArguments(io.argv, COMMANDS);
    const wanted = args.flag("no-color") ? "never" : "auto";
    const paint = paintFor(io.stdout, { env: io.env, wanted });
    if (args.flag("version")) {
      await write(io.stdout, `${RELEASE}\n`);
      return EXIT.success;
    }
    if (args.flag("help")) {
      const place = { paint, columns: helpColumns(io.stdout) };
      const names = io.argv.some((word) => word === command.name);
      await write(
        io.stdout,
        names ? commandHelp(command, place) : generalHelp(COMMANDS, { ...place, release: RELEASE }),
      );
      return EXIT.success;
    }
    const settings = resolveSettings({ args, env: io.env, cwd: io.cwd });
    const talkPaint = paintFor(io.stderr, { env: io.env, wanted });
    return await command.run({ io, args, settings, paint, talkPaint });
  } catch (error) {
    return reportError(error, io);
  }
}
