import { ColonyError, spanMs } from "@colony/core";
import { pruneFolder, type FolderPruneSize, type PruneSize } from "@colony/runtime";
import { openReader } from "../colony/open-reader.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { bytes } from "../render/units.ts";
import { counted } from "../render/words.ts";
import type { Settings } from "../settings/settings.ts";
import type { Command, CommandContext } from "./command.ts";

const DEFAULT_AGE = "24h";

/** `prune`: forget what workers said and did that ended long ago. */
export const pruneCommand: Command = {
  name: "prune",
  summary: "remove what workers said and did that ended long ago; reports stay",
  details: [
    "Removes conversations, model calls and tool calls for good. Who there was, how they ended, what they reported and",
    "used stays, and so do budgets. Workers that are open, that have an open one below them, or whose report nobody",
    "has read yet are left alone. --dry-run only says what would go, also beside a colony that is open elsewhere; to",
    "prune, nobody else may have it open. A colony prunes itself where its file says: retention: { prune: events }",
  ],
  options: [
    { name: "dry-run", short: "n", says: "say what would go, and remove nothing" },
    {
      name: "older-than",
      value: "TIME",
      says: `only of workers that ended longer ago, as in ${DEFAULT_AGE} (the default), 30m or 0s`,
    },
  ],
  examples: ["prune --dry-run", "prune", "prune --older-than 720h", "prune --dry-run --json"],
  run,
};

async function run({ io, args, settings }: CommandContext): Promise<number> {
  const typed = args.text("older-than") ?? DEFAULT_AGE;
  const olderThanMs = spanMs(typed);
  if (olderThanMs === undefined)
    throw new ColonyError("usage.invalid", `--older-than is "${typed}"; give a time such as 24h, 30m or 0s`);
  const isDry = args.flag("dry-run");
  const size: FolderPruneSize = isDry
    ? { ...(await wouldGo(settings, olderThanMs)), bodies: 0, bodiesSizeBytes: 0 }
    : await prune(settings, olderThanMs);
  const { agents, events, sizeBytes, bodies, bodiesSizeBytes } = size;
  if (settings.output === "json") {
    const removed = isDry ? "none" : "all";
    await write(io.stdout, `${JSON.stringify({ ...size, removed }, null, 2)}\n`);
    return EXIT.success;
  }
  const which = `that ended more than ${typed} ago`;
  if (bodies > 0)
    tell(
      io.stderr,
      `removed ${counted(bodies, "large file")} (${bytes(bodiesSizeBytes)}) to which nothing refers any more`,
    );
  if (agents === 0) {
    tell(io.stderr, `there is nothing to prune of workers ${which}`);
    return EXIT.success;
  }
  const what = `${counted(events, "event")} (${bytes(sizeBytes)}) of ${counted(agents, "worker")} ${which}`;
  await write(io.stdout, isDry ? `would remove ${what}\n` : `removed ${what}; reports are kept\n`);
  return EXIT.success;
}

async function wouldGo(settings: Settings, olderThanMs: number): Promise<PruneSize> {
  await using reader = await openReader(settings);
  return await reader.prunable({ olderThanMs });
}

async function prune(settings: Settings, olderThanMs: number): Promise<FolderPruneSize> {
  // Says what is wrong with the folder, and that there is a colony in it: an owner would make one.
  await using reader = await openReader(settings);
  const owner = reader.owner();
  if (owner !== undefined)
    throw new ColonyError(
      "colony.in_use",
      `process ${owner.pid} has ${reader.dir} open, and only it can prune it: end it first, or let it do so by itself (retention: { prune: events } in its file); --dry-run works beside it`,
      { details: { pid: owner.pid } },
    );
  return await pruneFolder(reader.dir, { olderThanMs });
}
