import { loadedPart } from "@colony/core";
import type { Command } from "./command.ts";

/** `chat`: on a terminal a conversation, elsewhere one line after the other. */
export const chatCommand: Command = {
  name: "chat",
  summary: "talk with the overseer (what you get without a command)",
  details: [
    "On a terminal: type, and watch the workers below. /help lists what else can be typed.",
    "Elsewhere: each line of standard input is one message, each answer goes to standard output,",
    "and the exit code tells whether the last one succeeded. With nothing to read it surveys the",
    "workspace as a demonstration.",
    "Where the overseer asks you something, what you type next answers it; /inbox, /answer, /approve and /deny decide the",
    "rest. Where the lines end first, what waits stays as it is, and the exit code is 3.",
    "Asked to end (SIGTERM, a closed window) it takes nothing more, lets what runs finish (--grace), and exits with 0;",
    "again: at once. It ends like that too, with 141, where nobody reads standard output any more.",
  ],
  options: [],
  examples: ["chat", "chat --workspace ~/projects/site", 'echo "Survey ./docs" | colony chat'],
  async run(context) {
    const { stdin, stdout } = context.io;
    const isTerminal = stdin.isTTY && stdout.isTTY && context.io.env["TERM"] !== "dumb";
    if (isTerminal) {
      const { chatOnTerminal } = await loadedPart(import("../chat/terminal-chat.ts"));
      return await chatOnTerminal(context);
    }
    const { chatByLines } = await loadedPart(import("../chat/line-chat.ts"));
    return await chatByLines(context);
  },
};
