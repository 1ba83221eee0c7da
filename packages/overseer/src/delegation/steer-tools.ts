import { ColonyError, arrivalOf, defineTool, inputId, type AgentId, type Tool } from "@colony/core";
import { z } from "zod";
import { stopTree, type StopDeps } from "../stop.ts";
import { ownWorker, type DelegationDeps } from "./deps.ts";
import { digest } from "./digest.ts";

/** Tools that change what workers do. */
export function steerTools(deps: DelegationDeps, stopDeps: StopDeps): readonly Tool[] {
  return [
    defineTool({
      name: "send_to_worker",
      description:
        "Say something to a worker: a correction, or more that it needs. One that is at work sees it at its next step; a persistent one that is idle begins with it.",
      input: z.object({
        worker: z.string().describe("Its id or name."),
        message: z.string().min(1),
        mode: z
          .enum(["steer", "queue", "interrupt"])
          .optional()
          .describe(
            "queue: when it has finished what it does. interrupt: stop what it is doing first. Default: steer.",
          ),
      }),
      effect: "idempotent",
      async run({ worker, message, mode = "steer" }, context) {
        const record = ownWorker(deps, context, worker);
        const before = deps.ledger.newest(record.id);
        const arrival = before === undefined ? undefined : arrivalOf(before, { mode });
        const outcome = await deps.ledger.execute(record.id, [
          {
            type: "input.receive",
            inputId: inputId(`i-${digest(context.callKey)}`),
            kind: "correction",
            mode,
            from: context.agent.id,
            text: message,
            idempotencyKey: context.callKey,
            ...(context.agent.correlationId === undefined
              ? {}
              : { correlationId: context.agent.correlationId }),
            ...onBehalfOf(deps, context.agent.id),
          },
        ]);
        if (!outcome.ok) throw ColonyError.from(outcome.refusal);
        return { sent: true, workerId: record.id, ...(arrival && { arrival: { ...arrival } }) };
      },
    }),
    defineTool({
      name: "agent_cancel",
      description: "Stop a worker and everything below it. It reports as cancelled.",
      input: z.object({ worker: z.string().describe("Its id or name."), reason: z.string().optional() }),
      effect: "idempotent",
      async run({ worker, reason }, context) {
        const record = ownWorker(deps, context, worker);
        const stopped = await stopTree(stopDeps, record.id, {
          cause: "parent",
          by: context.agent.id,
          reason: reason ?? null,
        });
        return stopped.length === 0
          ? { stopped: [], note: "It had ended already; nothing was changed." }
          : { stopped: [...stopped] };
      },
    }),
  ];
}

/** What is sent on is on behalf of the one whom the sender works for. */
function onBehalfOf({ ledger }: DelegationDeps, sender: AgentId): { readonly principal?: string } {
  const principal = ledger.peek(sender)?.execution?.principal;
  return principal === undefined ? {} : { principal };
}
