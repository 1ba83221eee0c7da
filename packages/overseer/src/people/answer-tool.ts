import { ColonyError, callId, defineTool, pendingRequests, type Tool } from "@colony/core";
import { z } from "zod";
import { ownWorker, type DelegationDeps } from "../delegation/deps.ts";

/** The tool by which an agent answers what its workers ask. */
export function answerTool(deps: DelegationDeps): Tool {
  return defineTool({
    name: "answer_worker",
    description: "Answer what a worker of yours has asked; it goes on with that.",
    input: z.object({
      worker: z.string().describe("Its id or name."),
      call: z.string().optional().describe("Which of its calls asks; only needed where several do."),
      answers: z
        .array(z.object({ id: z.string().describe("The question's id."), answer: z.string().min(1) }))
        .min(1),
    }),
    effect: "idempotent",
    group: "delegation",
    async run({ worker, call, answers }, { agent, ...context }) {
      const record = ownWorker(deps, { agent, ...context }, worker);
      const state = await deps.ledger.load(record.id);
      const asked = (state === undefined ? [] : pendingRequests(state)).filter(
        (request) => request.kind === "question" && (call === undefined || request.callId === call),
      );
      const [request] = asked;
      if (request === undefined)
        throw new ColonyError("request.not_open", `worker "${worker}" does not ask anything (any more)`);
      if (asked.length > 1)
        throw new ColonyError(
          "request.not_open",
          `worker "${worker}" asks in several calls; say which: ${asked.map((each) => each.callId).join(", ")}`,
        );
      const given = Object.fromEntries(answers.map(({ id, answer }) => [id, answer]));
      await deps.ledger.require(record.id, [
        { type: "question.answer", callId: callId(request.callId), answers: given, by: agent.id },
      ]);
      return { answered: true, workerId: record.id };
    },
  });
}
