// People who are asked. A worker wants to know something and asks the overseer, which cannot know it either and asks the
// person; then it wants to order something, which somebody has to approve. Nothing runs meanwhile, and nobody has to be there:
// the first process ends while the question waits, and the answer reaches the same place in the second.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineTool, defineWorker, openColony, type Colony } from "@colony/runtime";
import { createScriptedModel, type ModelScript } from "@colony/testkit";
import { z } from "zod";

const dir = await mkdtemp(join(tmpdir(), "colony-asking-"));

const order = defineTool({
  name: "order_paint",
  description: "Orders paint.",
  input: z.object({ color: z.string(), litres: z.number() }),
  needsApproval: ({ litres }) => litres > 10, // or true, or nothing
  run: ({ color, litres }) => `ordered ${litres} litres of ${color}`,
});

// Both models follow a script here, so that this runs anywhere; real ones are told of these tools and use them as they see fit.
const QUESTION = { question: "Which color?", options: ["red", "blue"], freeform: false };
const overseer: ModelScript = ({ prompt }) => {
  const said = JSON.stringify(prompt.at(-1));
  if (said.includes("worker_report")) return { text: "The house is painted." };
  if (said.includes("worker_question")) return calls("ask_user", { questions: [QUESTION] });
  if (said.includes('"toolName":"ask_user"')) {
    const answer = /"answer":"(\w+)"/u.exec(said)?.[1] ?? "";
    return calls("answer_worker", { worker: "painter", answers: [{ id: "q1", answer }] });
  }
  if (said.includes("Paint the house"))
    return calls("spawn_worker", { worker: "painter", name: "painter", task: "Paint it" });
  return { text: "The painter is at it." };
};
const painter: ModelScript = ({ prompt }) => {
  const said = JSON.stringify(prompt.at(-1));
  if (said.includes('"toolName":"escalate"'))
    return calls("order_paint", { color: /"answer":"(\w+)"/u.exec(said)?.[1], litres: 40 });
  if (said.includes('"toolName":"order_paint"'))
    return { text: /ordered[^"]*/u.exec(said)?.[0] ?? "not ordered" };
  return calls("escalate", { questions: [QUESTION] });
};

const open = (): Promise<Colony> =>
  openColony({
    dir,
    overseer: { model: createScriptedModel(overseer) },
    workers: { painter: defineWorker({ model: createScriptedModel(painter), tools: [order] }) },
  });

function calls(name: string, input: unknown) {
  return { toolCalls: [{ name, input }] };
}

{
  await using colony = await open();
  await colony.inject("Paint the house");
  await colony.idle(); // resolves although somebody waits: it waits for a person
  for (const request of colony.pending())
    if (request.kind === "question")
      console.log(`${request.agentName ?? request.agentId} asks ${request.to ?? "the person"}`);
  await colony
    .answer("overseer", "green")
    .catch((error: unknown) => console.log(`not taken: ${(error as Error).message}`));
}

{
  await using colony = await open(); // another day, another process
  const looking = colony.pending$.subscribe((pending) => {
    const waiting = pending.map(({ kind, agentName, agentId }) => `${kind} of ${agentName ?? agentId}`);
    console.log(`waiting: ${waiting.join(", ") || "nothing"}`);
  });
  await colony.answer("overseer", 2); // by number, by text, or in words of one's own where that is allowed
  await colony.idle();
  const [request] = colony.pending();
  if (request?.kind === "approval") {
    console.log(`${request.agentName} wants to call ${request.tool}: ${JSON.stringify(request.input)}`);
    // colony.deny("painter", { reason: "too dear" }) would be told to the model.
    await colony.approve("painter", { input: { color: "blue", litres: 20 } });
  }
  const report = await colony.waitFor({ types: ["SUBAGENT_REPORT"] }, { after: 0 });
  if (report?.type === "SUBAGENT_REPORT") console.log(`${report.data.name}: ${report.data.summary}`);
  await colony.idle();
  looking.unsubscribe();
}
await rm(dir, { recursive: true });
