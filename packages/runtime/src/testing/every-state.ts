import { SILENT_LOGGER, defineTool } from "@colony/core";
import { createGate, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";

const NEVER = createGate().opened;

const questions = [
  { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false },
  { id: "why", question: "Why?" },
];
const CALLS: Readonly<Record<string, { readonly name: string; readonly input: unknown }>> = {
  ask: { name: "escalate", input: { questions } },
  pay: { name: "pay", input: { sum: 5 } },
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
  const words = JSON.stringify(prompt.filter(({ role }) => role !== "system"));
  if (prompt.some(({ role }) => role === "tool")) return { text: "done" };
  if (words.includes("hang")) return { text: "never", before: NEVER };
  const call = Object.entries(CALLS).find(([word]) => words.includes(`${word} now`));
  return call === undefined ? { text: "done" } : { toolCalls: [{ id: "c1", ...call[1] }] };
});

/**
 * A colony with a worker in each state that one can be in, named after it: open (idle), busy, asks, pays, answered, shut
 * (persistent and closed), done (ephemeral and ended), hidden, gone, pruned. Its overseer has been spoken to.
 */
export async function everyState(options: { readonly dir?: string } = {}): Promise<Colony> {
  const colony = await openColony({
    ...(options.dir === undefined ? {} : { dir: options.dir }),
    logger: SILENT_LOGGER,
    owner: "ada",
    limits: { shutdownGraceMs: 0, concurrency: 20 },
    overseer: { model, tools: [pay] },
    workers: {
      once: defineWorker({ model, tools: [pay] }),
      staying: defineWorker({ model, tools: [pay], lifetime: "persistent" }),
    },
  });
  (options as any).step?.("opened"); const step=(options as any).step; delete (options as any).step;
  const spawn = async (definition: string, name: string, task = "be done"): Promise<string> => {
    const handle = await colony.spawn(definition, { task, name });
    step?.(name);
    if (!task.includes("now")) await handle.wait();
    return handle.id;
  };
  await spawn("once", "pruned");
  await colony.prune({ olderThanMs: 0 });
  for (const name of ["open", "shut", "hidden", "gone"]) await spawn("staying", name);
  await spawn("once", "done");
  await colony.worker("shut").close();
  await colony.worker("hidden").dismiss();
  await colony.worker("gone").close();
  await colony.worker("gone").remove();
  await spawn("staying", "busy", "hang now");
  for (const name of ["asks", "answered"]) await spawn("staying", name, "ask now");
  await spawn("staying", "pays", "pay now");
  await (await colony.inject("hello")).reply();
  step?.("hello");
  const asked = { types: ["QUESTION_ASKED"] } as const;
  await colony.waitFor({ ...asked, agentId: colony.worker("asks").id }, { after: 0 });
  await colony.waitFor({ ...asked, agentId: colony.worker("answered").id }, { after: 0 });
  await colony.waitFor({ types: ["APPROVAL_REQUESTED"] }, { after: 0 });
  await colony.waitFor({ types: ["MODEL_CALL_STARTED"], agentId: colony.worker("busy").id }, { after: 0 });
  await colony.answer("answered", { color: 1 });
  await colony.triggers.set({ id: "build", everyMs: 3_600_000, text: "is it green?" });
  await colony.triggers.set({ id: "hook", webhook: { token: "0123456789abcdef" }, text: "{{body}}" });
  return colony;
}
