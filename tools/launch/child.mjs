import { spawn } from "node:child_process";
import { constants } from "node:os";

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a program in our terminal and answers its exit code; a program ended by a signal gives 128 + the signal's number,
 * as shells do. Signals sent to us reach the program. Ctrl-C in a terminal reaches it without our help, and a second
 * copy would look like the user's impatience, so that one is left to the terminal.
 */
export function runChild(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", ...options });
    const forward = (signal) => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    const settle = (finish) => {
      for (const signal of forwarded) process.off(signal, forward);
      finish();
    };
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", (code, signal) => settle(() => resolve(code ?? 128 + constants.signals[signal])));
  });
}
