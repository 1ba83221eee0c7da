import { SILENT_LOGGER, defineTool } from "@colony/core";
import { createGate, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { z } from "zod";
import type { AgentHandle, Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";

const NEVER = createGate().opened;

const questions = [
  { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false },
  { id: "why", question: "Why?" },
];
const CALLS: Readonly<Record<string, { readonly name: string; readonly input: unknown }>> = {
  "ask now": { name: "escalate", input: { questions } },
  "pay now": { name: "pay", input: { sum: 5 } },
};

const pay = defineTool({
  name: "pay",
  description: "Pays a sum.",
  input: z.object({ sum: z.number() }),
  needsApproval: true,
  run: ({ sum }) => `paid ${sum}`,
});

/** Does at once what its task says: asks, pays, never ends, or is done. */
const model = createScriptedModel(({ prompt }) => {
  if (prompt.some(({ role }) => role === "tool")) return { text: "done" };
  const words = JSON.stringify(prompt.filter(({ role }) => role !== "system"));
  if (words.includes("hang now")) return { text: "never", before: NEVER };
  const call = Object.entries(CALLS).find(([task]) => words.includes(task))?.[1];
  return call === undefined ? { text: "done" } : { toolCalls: [{ id: "c1", ...call }] };
});

/** Names of workers, each after the state that it is in. */
export type StateName =
  | "open"
  | "busy"
  | "asks"
  | "answered"
  | "pays"
  | "shut"
  | "done"
  | "hidden"
  | "gone"
  | "pruned";

/** A colony with a worker in each state that one can be in, and their handles. */
export interface EveryState {
  readonly colony: Colony;
  readonly workers: Readonly<Record<StateName, AgentHandle>>;
}

/**
 * Opens one: `open` is idle, `answered` has one of its two answers, `shut` is persistent and closed, `done` ephemeral and
 * ended, `hidden` dismissed, `gone` removed. Its owner is ada; the overseer has been spoken to under the key `once`.
 */
export async function everyState(options: { readonly dir?: string } = {}): Promise<EveryState> {
  const tools = [pay];
  const colony = await openColony({
    ...options,
    logger: SILENT_LOGGER,
    owner: "ada",
    limits: { shutdownGraceMs: 0, concurrency: 20 },
    overseer: { model, tools },
    workers: {
      once: defineWorker({ model, tools }),
      staying: defineWorker({ model, tools, lifetime: "persistent" }),
    },
  });
  const spawn = async (definition: string, name: StateName, task = "be done"): Promise<AgentHandle> => {
    const handle = await colony.spawn(definition, { task, name });
    if (task === "be done") await handle.wait();
    return handle;
  };
  const pruned = await spawn("once", "pruned");
  // It has to have been closed for a while, however short.
  while ((await colony.prune({ olderThanMs: 0 })).agents === 0);
  const workers = {
    pruned,
    open: await spawn("staying", "open"),
    shut: await spawn("staying", "shut"),
    hidden: await spawn("staying", "hidden"),
    gone: await spawn("staying", "gone"),
    done: await spawn("once", "done"),
    busy: await spawn("staying", "busy", "hang now"),
    asks: await spawn("staying", "asks", "ask now"),
    answered: await spawn("staying", "answered", "ask now"),
    pays: await spawn("staying", "pays", "pay now"),
  };
  await workers.shut.close();
  await workers.hidden.dismiss();
  await workers.gone.close();
  await workers.gone.remove();
  await (await colony.inject("hello", { idempotencyKey: "once" })).reply();
  for (const [worker, type] of [
    [workers.asks, "QUESTION_ASKED"],
    [workers.answered, "QUESTION_ASKED"],
    [workers.pays, "APPROVAL_REQUESTED"],
    [workers.busy, "MODEL_CALL_STARTED"],
  ] as const)
    await colony.waitFor({ agentId: worker.id, types: [type] }, { after: 0 });
  await colony.answer("answered", { color: 1 });
  await colony.triggers.set({ id: "build", everyMs: 3_600_000, text: "is it green?" });
  await colony.triggers.set({ id: "hook", webhook: { token: "0123456789abcdef" }, text: "{{body}}" });
  return { colony, workers };
}
