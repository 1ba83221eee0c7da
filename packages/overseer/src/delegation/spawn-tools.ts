import {
  agentId,
  batchId,
  defineTool,
  type AgentId,
  type BatchPlace,
  type Budget,
  type JsonValue,
  type Tool,
  type ToolContext,
} from "@colony/core";
import { z } from "zod";
import type { SpawnRequest } from "../spawn.ts";
import { ownerOfSpawn } from "../spawn-owner.ts";
import { AUTO_NAME } from "../names/alias.ts";
import type { DelegationDeps } from "./deps.ts";
import { orRefused } from "./refusal.ts";
import { SpawnLine } from "./spawn-line.ts";
import { digest } from "./digest.ts";

const MOST_AT_ONCE = 100;

const NOTE =
  "They work on their own; each report arrives by itself as a message. Do not wait or ask for them unless you need one now.";

/** Offered only where somebody would be told. */
const notify = z
  .boolean()
  .optional()
  .describe("Tell the person elsewhere when it has ended, for what takes longer than they will wait here.");

/** `spawn_worker` and `spawn_workers`. Both return at once, and a repeated call finds the workers of the first one. */
export function spawnTools(deps: DelegationDeps): readonly Tool[] {
  const definitions = deps.roster.names;
  const worker = z
    .string()
    .optional()
    .describe(
      `Kind of worker${definitions.length === 1 ? `; the only one is "${definitions[0]}"` : `: ${definitions.join(", ")}`}.`,
    );
  const budget = z.object({
    usd: z.number().nonnegative().optional(),
    tokens: z.number().int().nonnegative().optional(),
    toolCalls: z.number().int().nonnegative().optional(),
    wallMs: z.number().nonnegative().optional().describe("Time at work, in milliseconds."),
  });
  const whole = z.object({
    task: z.string().describe("What to do, complete: the worker knows nothing else."),
    worker,
    name: z.string().optional().describe(`A unique name to address it by; "${AUTO_NAME}" finds one.`),
    label: z.string().optional().describe("A few words for people."),
    priority: z.number().optional().describe("Higher ones start first; default 0."),
    budget: budget
      .optional()
      .describe("The most that it and those below it may spend; never more than you may."),
    notify,
  });
  const task: z.ZodType<TaskInput> = deps.notifies === true ? whole : whole.omit({ notify: true });
  const { ledger } = deps;
  const line = new SpawnLine(deps);
  return [
    defineTool({
      name: "spawn_worker",
      description: "Start one worker on one task. Returns at once; its report arrives by itself.",
      input: task,
      effect: "idempotent",
      async run(input, context) {
        const requests = [requestFor(input, { ledger, context, index: 0, batch: null })];
        const [record] = await orRefused(context, [input], () => line.spawn(requests, context.signal));
        if (record === undefined) throw new Error("no worker was started");
        return { workerId: record.id, name: record.name, label: record.label, note: NOTE };
      },
    }),
    defineTool({
      name: "spawn_workers",
      description: `Start several workers at once, one for each task (at most ${MOST_AT_ONCE}). Returns at once; their reports arrive by themselves.`,
      input: z.object({ tasks: z.array(task).min(1).max(MOST_AT_ONCE), worker }),
      effect: "idempotent",
      run: ({ tasks, worker: all }, context) => {
        const wanted = tasks.map((one) => ({ ...one, worker: one.worker ?? all }));
        return orRefused(context, wanted, () => spawnBatch({ line, ledger }, context, wanted));
      },
    }),
  ];
}

interface TaskInput {
  readonly task: string;
  readonly worker?: string | undefined;
  readonly name?: string | undefined;
  readonly label?: string | undefined;
  readonly priority?: number | undefined;
  readonly notify?: boolean | undefined;
  readonly budget?: { readonly [limit in keyof Budget]?: number | undefined } | undefined;
}

async function spawnBatch(
  { line, ledger }: { readonly line: SpawnLine; readonly ledger: DelegationDeps["ledger"] },
  context: ToolContext,
  tasks: readonly TaskInput[],
): Promise<JsonValue> {
  const id = batchId(`b-${digest(context.callKey)}`);
  refuseTwins(tasks);
  const requests = tasks.map((input, index) =>
    requestFor(input, { ledger, context, index, batch: { id, index, size: tasks.length } }),
  );
  const records = await line.spawn(requests, context.signal);
  return {
    batchId: id,
    workers: records.map(({ id: workerId, name, label }, index) => ({ workerId, index, name, label })),
    note: NOTE,
  };
}

function refuseTwins(tasks: readonly TaskInput[]): void {
  const names = tasks.flatMap(({ name }) => (name === undefined || name === AUTO_NAME ? [] : [name]));
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined)
    throw new Error(`two tasks are to be named "${twin}"; a name may be used once, nothing was started`);
}

/** The id follows from the call, so that the same call never starts a second worker. */
function requestFor(
  input: TaskInput,
  place: {
    readonly ledger: DelegationDeps["ledger"];
    readonly context: ToolContext;
    readonly index: number;
    readonly batch: BatchPlace | null;
  },
): SpawnRequest {
  const { agent, callKey, callId } = place.context;
  return {
    id: workerIdOf(callKey, place.index),
    parentId: agent.id,
    depth: agent.depth + 1,
    definition: input.worker,
    task: input.task,
    name: input.name ?? null,
    label: input.label ?? null,
    priority: input.priority ?? 0,
    batch: place.batch,
    correlationId: agent.correlationId,
    callId,
    owner: ownerOfSpawn(place.ledger, agent.id),
    notify: input.notify,
    ...(input.budget === undefined ? {} : { budget: given(input.budget) }),
  };
}

function given(budget: NonNullable<TaskInput["budget"]>): Budget {
  return Object.fromEntries(Object.entries(budget).filter(([, most]) => most !== undefined));
}

function workerIdOf(callKey: string, index: number): AgentId {
  return agentId(`w-${digest(`${callKey}/${index}`)}`);
}
