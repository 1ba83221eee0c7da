import { runCommandLine } from "./command-line.ts";
import { EXIT } from "./errors/exit-code.ts";
import { reportError } from "./errors/report-error.ts";
import { endQuietlyOnBrokenPipe } from "./io/broken-pipe.ts";
import { processIo } from "./io/io.ts";

/** Does what was typed in this process, and ends it with the exit code. */
export async function startCommandLine(): Promise<never> {
  const io = processIo();
  endQuietlyOnBrokenPipe(io);
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (error: unknown) => {
      reportError(error, io);
      process.exit(EXIT.failed);
    });
  return process.exit(await runCommandLine(io));
}
