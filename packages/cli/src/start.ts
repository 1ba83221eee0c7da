import { runCommandLine } from "./command-line.ts";
import { EXIT } from "./errors/exit-code.ts";
import { reportError } from "./errors/report-error.ts";
import { processIo, write } from "./io/io.ts";

/** Does what was typed in this process, and ends it with the exit code. */
export async function startCommandLine(): Promise<never> {
  const io = processIo();
  for (const event of ["uncaughtException", "unhandledRejection"])
    process.on(event, (error: unknown) => {
      reportError(error, io);
      process.exit(EXIT.failed);
    });
  const exitCode = await runCommandLine(io);
  // What is said goes into a pipe as fast as somebody reads it, and an exit takes the rest away.
  await Promise.all([write(io.stdout, ""), write(io.stderr, "")]);
  return process.exit(exitCode);
}
