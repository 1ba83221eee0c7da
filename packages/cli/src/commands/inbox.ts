import { openReader } from "../colony/open-reader.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { byPlace } from "../requests/numbered.ts";
import { requestLines } from "../requests/request-lines.ts";
import type { Command, CommandContext } from "./command.ts";

/** `inbox`: what waits for a person. */
export const inboxCommand: Command = {
  name: "inbox",
  summary: "list what waits for you: questions and calls to be approved",
  details: [
    'Oldest first, from whatever depth. "answer", "approve" and "deny" take the number, the id, or the agent.',
    "A number is a place in this list as it is now: what is decided moves those behind it up. An id stays.",
    "Nothing of what waits runs meanwhile, for however long. Works beside a colony that is open elsewhere.",
  ],
  options: [],
  examples: ["inbox", "inbox --json"],
  run,
};

async function run({ io, settings, paint }: CommandContext): Promise<number> {
  await using reader = await openReader(settings);
  const pending = reader.pending();
  if (settings.output === "json") {
    await write(io.stdout, `${JSON.stringify(pending, null, 2)}\n`);
    return EXIT.success;
  }
  if (pending.length === 0) {
    tell(io.stderr, "nothing waits for you");
    return EXIT.success;
  }
  const width = io.stdout.isTTY ? io.stdout.columns : Number.POSITIVE_INFINITY;
  const now = Date.now();
  const lines = byPlace(pending).flatMap((one, index) => [
    ...(index === 0 ? [] : [""]),
    ...requestLines(one, { paint, now, width, recordOf: (id) => reader.find(id) }),
  ]);
  await write(io.stdout, `${lines.join("\n")}\n`);
  if (reader.owner() === undefined)
    tell(io.stderr, "nobody has this colony open; what you decide is kept, and done when it is opened");
  return EXIT.success;
}
