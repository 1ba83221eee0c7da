import type { Io } from "./io.ts";

/**
 * Whoever reads our output may leave early (`colony log | head`). That is no error: there is nobody left to tell
 * anything, so the process ends quietly. What the colony has accepted is on disk and goes on the next time.
 */
export function endQuietlyOnBrokenPipe({ stdout, stderr }: Pick<Io, "stdout" | "stderr">): void {
  for (const stream of [stdout, stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") process.exit(0);
      throw error;
    });
}
