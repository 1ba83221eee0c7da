import { SAYING_OPTIONS, say } from "../work/say.ts";
import type { Command } from "./command.ts";

/** `send`: something said to one worker. */
export const sendCommand: Command = {
  name: "send",
  summary: "say something to one worker",
  details: [
    'All words behind the worker are the text; "-" reads it from standard input. Where no mode is given it steers what the',
    "worker does; an idle one begins with it. Works on a colony that is open elsewhere, and on one that nobody has open.",
  ],
  positional: { name: "worker", required: true, example: "w-4f2k" },
  rest: { name: "text", required: true, example: '"stop at ten"' },
  options: SAYING_OPTIONS,
  examples: [
    'send w-4f2k "stop at ten"',
    'send Tom "and then the tests" --mode queue --wait',
    "send Tom - < note.txt",
  ],
  run(context) {
    const [to = "", ...words] = context.args.positionals;
    return say(context, { to, typed: words.join(" "), example: 'send w-4f2k "..."' });
  },
};
