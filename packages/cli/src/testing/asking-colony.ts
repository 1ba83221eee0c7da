import { defineTool, type ModelRequest } from "@colony/core";
import { defineWorker } from "@colony/runtime";
import { createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { z } from "zod";

/** What it can be told to do. */
const TO_DO: Readonly<Record<string, readonly (readonly [tool: string, input: unknown])[]>> = {
  paint: [["ask_user", { questions: [color()] }]],
  furnish: [["ask_user", { questions: [color(), { id: "why", question: "Why?" }] }]],
  pay: [["pay", { sum: 5 }]],
  "paint and pay": [
    ["ask_user", { questions: [color()] }],
    ["pay", { sum: 5 }],
  ],
  serve: [["spawn_workers", { tasks: [{ task: "serve", name: "tom" }] }]],
  "have paid": [["spawn_workers", { tasks: [{ task: "pay", name: "tom" }] }]],
  "use 8080": [["answer_worker", { worker: "tom", answers: [{ id: "q1", answer: "8080" }] }]],
};

const PORT = [["escalate", { questions: [{ question: "Which port?" }] }]] as const;

const pay = defineTool({
  name: "pay",
  description: "Pays a sum.",
  input: z.object({ sum: z.number() }),
  needsApproval: true,
  run: ({ sum }) => `paid ${sum}`,
});

function color(): object {
  return { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false };
}

function overseer(request: ModelRequest): ScriptedTurn {
  const { said, results } = newest(request);
  if (said.includes("worker_question")) return { text: "Tom asks which port." };
  if (said.includes("worker_report")) return { text: "Tom has reported." };
  const calls = TO_DO[said];
  if (calls === undefined) return { text: `re: ${said}` };
  if (results.length === 0) return callsOf(calls);
  return { text: said === "serve" || said === "have paid" ? "Tom is at it." : `told ${results.join(" ")}` };
}

function worker(request: ModelRequest): ScriptedTurn {
  const { said, results } = newest(request);
  if (results.length > 0) return { text: `worker was told ${results.join(" ")}` };
  return callsOf(said.includes("pay") ? (TO_DO["pay"] ?? []) : PORT);
}

function callsOf(calls: readonly (readonly [string, unknown])[]): ScriptedTurn {
  return { toolCalls: calls.map(([name, input], index) => ({ id: `c${index + 1}`, name, input })) };
}

/** What was said last, and what tools have said since. */
function newest({ prompt }: ModelRequest): { readonly said: string; readonly results: readonly string[] } {
  const last = prompt.findLastIndex(({ role }) => role === "user");
  const message = prompt[last];
  const said = message?.role === "user" ? message.content.findLast((part) => part.type === "text")?.text : "";
  const results = prompt
    .slice(last + 1)
    .flatMap((each) => (each.role === "tool" ? each.content.map((part) => JSON.stringify(part)) : []));
  return { said: said ?? "", results };
}

/** A colony file in which people are asked. */
// oxlint-disable-next-line import/no-default-export -- what a colony file says, it exports by default
export default {
  version: "1",
  overseer: { model: createScriptedModel(overseer), tools: [pay] },
  workers: { helper: defineWorker({ model: createScriptedModel(worker), tools: [pay] }) },
};
