import { SAYING_OPTIONS, say } from "../work/say.ts";
import type { Command } from "./command.ts";

/** `inject`: something said to a colony that another process has open, or that nobody has. */
export const injectCommand: Command = {
  name: "inject",
  summary: "say something to a colony that is open elsewhere",
  details: [
    'The text is one argument, so put it in quotes; "-" reads it from standard input. It is safe once this has ended',
    "with 0: whoever has the colony open takes it at once, and where nobody has, whoever opens it next.",
  ],
  positional: { name: "text", required: true, example: '"and look into ./docs too"' },
  options: [{ name: "to", value: "AGENT", says: "who is to get it (default overseer)" }, ...SAYING_OPTIONS],
  examples: [
    'inject "and look into ./docs too"',
    'inject "stop at ten" --to w-4f2k --mode steer',
    "inject - < note.txt",
  ],
  run: (context) =>
    say(context, {
      to: context.args.text("to") ?? "overseer",
      typed: context.args.positionals[0] ?? "",
      example: 'inject "..."',
    }),
};
