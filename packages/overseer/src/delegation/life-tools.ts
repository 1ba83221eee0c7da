import { ColonyError, defineTool, statusWord, type AgentId, type Tool } from "@colony/core";
import { z } from "zod";
import { closeAgent } from "../close.ts";
import type { StopDeps } from "../stop.ts";
import { ownWorker, type DelegationDeps } from "./deps.ts";

/** Their names. */
export const LIFE_TOOLS: ReadonlySet<string> = new Set(["close_worker", "reopen_worker"]);

/** Tools that close workers and open them again. */
export function lifeTools(deps: DelegationDeps, stopDeps: StopDeps): readonly Tool[] {
  const worker = z.string().describe("Its id or name.");
  return [
    defineTool({
      name: "close_worker",
      description:
        "Close a worker: what it does is called off, and it takes nothing more. A persistent one keeps what waits for it and can be opened again.",
      input: z.object({ worker, reason: z.string().optional() }),
      effect: "idempotent",
      async run({ worker: named, reason }, context) {
        const record = ownWorker(deps, context, named);
        const previousStatus = statusWord(record);
        await closeAgent(stopDeps, record.id, { by: context.agent.id, reason: reason ?? null });
        const kept = deps.ledger.index.get(record.id)?.pendingInputs ?? 0;
        return {
          workerId: record.id,
          previousStatus,
          ...(record.status === "closed"
            ? { note: "It was closed already; nothing was changed." }
            : { kept }),
        };
      },
    }),
    defineTool({
      name: "reopen_worker",
      description:
        "Open a persistent worker again that was closed or stopped. It goes on with what it kept, and can be sent more.",
      input: z.object({ worker }),
      effect: "idempotent",
      async run({ worker: named }, context) {
        const record = ownWorker(deps, context, named);
        const by = context.agent.id;
        // Somebody may have closed it again after the host died that made this call first: then it stays closed.
        const isDone = await wasReopenedBy(deps, record.id, context.callKey);
        if (!isDone) {
          const outcome = await deps.ledger.execute(record.id, [
            { type: "agent.reopen", by, key: context.callKey },
          ]);
          if (!outcome.ok) throw ColonyError.from(outcome.refusal);
        }
        const wasOpen = !isDone && record.status !== "closed";
        return {
          workerId: record.id,
          waiting: record.pendingInputs,
          ...(wasOpen ? { note: "It was open already; nothing was changed." } : {}),
        };
      },
    }),
  ];
}

/** Whether an earlier attempt at a call has opened the worker. */
async function wasReopenedBy({ bus }: DelegationDeps, agentId: AgentId, key: string): Promise<boolean> {
  const query = { agentId, types: ["AGENT_REOPENED"] } as const;
  for await (const { causationId } of bus.feed({ until: bus.stats().head, query }))
    if (causationId === key) return true;
  return false;
}
