import {
  SILENT_LOGGER,
  callId,
  defineTool,
  type ColonyEvent,
  type Model,
  type ModelRequest,
  type Report,
  type Tool,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import {
  createManualClock,
  createScriptedModel,
  createSequenceIds,
  type ModelScript,
  type ScriptedTurn,
} from "@colony/testkit";
import { defineWorker, type PriceOf, type WorkerOptions } from "@colony/worker";
import { z } from "zod";
import type { AgentHandle, Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import type { ColonyOptions } from "../options.ts";

/** A dollar for a thousand tokens, in or out. */
export const price: PriceOf = (_model, { inputTokens, outputTokens }) => (inputTokens + outputTokens) / 1_000;

/** A store that outlives a colony. */
export const memory = () => ({
  log: createMemoryLog(),
  snapshots: createMemorySnapshotStore(),
  blobs: createMemoryBlobStore(),
});

/** A tool that may run as often as it likes. */
export const look: Tool = defineTool({
  name: "look",
  description: "looks",
  input: z.object({ n: z.number() }),
  effect: "pure",
  run: () => "seen",
});

/** A call of it. */
const looking = (n: number) => ({ id: callId(`l${n}`), name: "look", input: { n } });

/** How often the model has answered before. */
export const turnsOf = ({ prompt }: ModelRequest): number =>
  prompt.filter(({ role }) => role === "assistant").length;

/** Looks so many times, then says that it is done. */
export const looksFor =
  (turns: number) =>
  (request: ModelRequest): ScriptedTurn => ({
    ...(turnsOf(request) < turns ? { toolCalls: [looking(turnsOf(request))] } : { text: "done" }),
    usage: { inputTokens: 300, outputTokens: 40 },
  });

/** A model that answers by a script. */
export const named = (name: string, script: ModelScript): Model =>
  createScriptedModel(script, { modelId: name });

/** What a colony of these tests is made of; whatever is left out is in memory, and the clock stands still. */
export interface PricedOptions extends Partial<Omit<ColonyOptions, "overseer" | "workers">> {
  readonly overseer?: ModelScript;
  readonly worker?: ModelScript;
  readonly definition?: Partial<WorkerOptions>;
  /** Of overseer and workers; default 100. */
  readonly maxOutputTokens?: number;
}

/** A colony with an overseer, one kind of worker and a price. */
export async function openPriced(options: PricedOptions = {}): Promise<Colony> {
  const {
    overseer = () => ({ text: "heard" }),
    worker = looksFor(2),
    maxOutputTokens = 100,
    definition,
    ...rest
  } = options;
  return await openColony({
    dir: "memory",
    store: memory(),
    clock: createManualClock({ now: 1_000 }),
    ids: createSequenceIds(),
    logger: SILENT_LOGGER,
    prices: price,
    limits: { concurrency: 100 },
    ...rest,
    overseer: { model: named("overseer", overseer), maxOutputTokens },
    workers: {
      helper: defineWorker({
        model: named("helper", worker),
        tools: [look],
        maxOutputTokens,
        ...definition,
      }),
    },
  });
}

/** So many workers at once. */
export async function spawnMany(colony: Colony, count: number): Promise<readonly AgentHandle[]> {
  return await Promise.all(
    Array.from({ length: count }, (_, n) => colony.spawn("helper", { task: `part ${n}` })),
  );
}

/** What the raw events come to: a call that was lost is charged with the most that it could have cost. */
export const chargedIn = (events: readonly ColonyEvent[], what: "costUsd" | "tokens" = "costUsd"): number => {
  const ends = new Map<string, ColonyEvent>();
  for (const event of events)
    if (event.type === "MODEL_CALL_COMPLETED" || event.type === "MODEL_CALL_FAILED")
      ends.set(event.data.callId, event);
  return events.reduce((sum, began) => {
    if (began.type !== "MODEL_CALL_STARTED") return sum;
    const end = ends.get(began.data.callId);
    const usage =
      end?.type === "MODEL_CALL_COMPLETED" || end?.type === "MODEL_CALL_FAILED" ? end.data.usage : undefined;
    const { reserved } = began.data;
    const used = what === "costUsd" ? usage?.costUsd : usage && usage.inputTokens + usage.outputTokens;
    const most = what === "costUsd" ? reserved?.usd : reserved?.tokens;
    return sum + (used ?? most ?? Number.NaN);
  }, 0);
};

/** All reports, in the order of the log. */
export const reportsIn = (events: readonly ColonyEvent[]): readonly Report[] =>
  events.flatMap((event) => (event.type === "SUBAGENT_REPORT" ? [event.data] : []));
