import {
  ColonyError,
  EVENT_TYPES,
  isEventType,
  type ColonyEvent,
  type EventQuery,
  type EventType,
} from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";
import { findAgent } from "../colony/find-agent.ts";
import { isPaused, NOBODY_AT_HOME, openReader, tellDamages } from "../colony/open-reader.ts";
import { write } from "../io/io.ts";
import type { Output } from "../io/outputs.ts";
import { tell } from "../io/tell.ts";
import { eventLine } from "../render/event-line.ts";
import { listenToSignals } from "../work/interrupts.ts";
import type { Command, CommandContext } from "./command.ts";

const STAY_MS = 60_000;

/** `log`: what has happened, event by event. */
export const logCommand: Command = {
  name: "log",
  summary: "show what has happened, event by event",
  details: [
    "Each line is one recorded event: time, number, agent, type, and what matters of it. The latter is cut to fit the",
    "terminal, but never to less than 20 columns, so that lines may be longer than a narrow one; without one it is not.",
    "Works beside a colony that is open elsewhere. --json prints each event whole, one per line.",
  ],
  options: [
    { name: "follow", short: "f", says: "go on with new events until Ctrl-C" },
    { name: "types", value: "A,B", says: "only these types, as in SUBAGENT_REPORT,EXECUTION_FAILED" },
    { name: "worker", value: "WORKER", says: "only events of this worker" },
    { name: "after", value: "SEQ", says: "only events after this number" },
    { name: "limit", short: "n", value: "N", says: "only the newest N (with --after, the first N after it)" },
  ],
  examples: ["log", "log --follow", "log --worker w-4f2k", "log --types SUBAGENT_REPORT --json", "log -n 20"],
  run,
};

async function run({ io, args, settings, paint }: CommandContext): Promise<number> {
  const types = args.list("types")?.map(typeNamed);
  const limit = args.count("limit");
  const after = args.count("after");
  await using reader = await openReader(settings);
  if (isPaused(reader)) tell(io.stderr, NOBODY_AT_HOME);
  const worker = args.text("worker");
  const query: EventQuery = {
    ...(types === undefined ? {} : { types }),
    ...(worker === undefined ? {} : { agentId: findAgent(reader.agents(), worker).id }),
  };
  const columns = io.stdout.isTTY ? io.stdout.columns : Number.POSITIVE_INFINITY;
  const print = async (event: ColonyEvent): Promise<void> =>
    await write(
      io.stdout,
      `${settings.output === "json" ? JSON.stringify(event) : eventLine(event, { columns, paint })}\n`,
    );
  const head = reader.head();
  const newest: ColonyEvent[] = [];
  let count = 0;
  const { lost } = io.output;
  for await (const event of reader.feed({ after: after ?? 0, until: head, query, signal: lost })) {
    if (limit !== undefined && after !== undefined && count >= limit) break;
    count += 1;
    if (limit === undefined || after !== undefined) await print(event);
    else {
      newest.push(event);
      if (newest.length > limit) newest.shift();
    }
  }
  for (const event of newest) {
    if (lost.aborted) break;
    await print(event);
  }
  if (args.flag("follow") && !lost.aborted)
    await follow((options) => reader.feed(options), {
      after: Math.max(head, after ?? 0),
      query,
      print,
      output: io.output,
    });
  else if (count === 0) tell(io.stderr, "no event matches");
  return tellDamages(reader, io.stderr);
}

type FeedOf = Awaited<ReturnType<typeof openReader>>["feed"];

async function follow(
  feed: FeedOf,
  {
    after,
    query,
    print,
    output,
  }: {
    readonly after: number;
    readonly query: EventQuery;
    readonly print: (event: ColonyEvent) => Promise<void>;
    readonly output: Output;
  },
): Promise<void> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  using resources = new DisposableStack();
  // A reader that waits for news keeps no process alive by itself.
  const staying = setInterval(() => undefined, STAY_MS);
  resources.defer(() => clearInterval(staying));
  resources.use(listenToSignals({ interrupted: end, terminated: end }, output));
  for await (const event of feed({ after, query, signal: stop.signal })) await print(event);
}

function typeNamed(typed: string): EventType {
  const type = typed.toUpperCase().replaceAll("-", "_");
  if (isEventType(type)) return type;
  const hint = suggestion(type, EVENT_TYPES) || `; types are ${EVENT_TYPES.join(", ")}`;
  throw new ColonyError("usage.invalid", `there is no event type "${typed}"${hint}`);
}
