import { RELEASE } from "@colony/runtime";
import { parseArguments } from "./arguments/parse-arguments.ts";
import { commandHelp, generalHelp, helpColumns } from "./commands/help.ts";
import { COMMANDS } from "./commands/commands.ts";
import { lossWords } from "./errors/error-words.ts";
import { EXIT } from "./errors/exit-code.ts";
import { reportError, tellError } from "./errors/report-error.ts";
import { write, type Io } from "./io/io.ts";
import { paintFor } from "./render/paint.ts";
import { resolveSettings } from "./settings/resolve-settings.ts";

/** Does what was typed and resolves to the exit code. Throws nothing: errors are told on standard error. */
export async function runCommandLine(io: Io): Promise<number> {
  try {
    const exitCode = await obey(io);
    return exitCode === EXIT.success ? unwritten(io) : exitCode;
  } catch (error) {
    return reportError(error, io);
  }
}

async function obey(io: Io): Promise<number> {
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
}

/** What could not be written has not been done, however well the rest went. A reader that has left has read enough. */
function unwritten(io: Io): number {
  const { loss } = io.output;
  if (loss?.how !== "failed") return EXIT.success;
  tellError(lossWords(loss), io);
  return EXIT.failed;
}
