#!/usr/bin/env node
import { runCommandLine } from "./command-line.ts";
import { EXIT } from "./errors/exit-code.ts";
import { reportError } from "./errors/report-error.ts";
import { endQuietlyOnBrokenPipe } from "./io/broken-pipe.ts";
import { processIo } from "./io/io.ts";

const io = processIo();
endQuietlyOnBrokenPipe(io);
for (const event of ["uncaughtException", "unhandledRejection"])
  process.on(event, (error: unknown) => {
    reportError(error, io);
    process.exit(EXIT.failed);
  });
process.exit(await runCommandLine(io));
