import {
  COLONY_STREAM,
  ColonyError,
  type AgentId,
  type BlobStore,
  type EventLog,
  type EventOf,
  type EventType,
  type LogRead,
  type ModelPrompt,
} from "@colony/core";
import { foldAgent } from "@colony/eventbus";
import { promptOf } from "@colony/worker";

/** A model call as it was sent. */
export interface SentPrompt {
  readonly agentId: AgentId;
  /** Which of the agent's calls, from 1. */
  readonly call: number;
  /** How many it has made. */
  readonly calls: number;
  readonly model: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The system text, if it is known, and the messages, byte for byte. */
  readonly prompt: ModelPrompt;
  /** Why the system text is missing; null where it is there. */
  readonly lack: string | null;
}

interface Place {
  readonly log: EventLog;
  readonly blobs: BlobStore;
}

const PAGE = 1_000;

/**
 * A model call as it was sent, made again from the log by the same functions that made it then: the conversation as it
 * stood when the call began, and the system text whose blob is recorded with the start, or with the opening before it.
 */
export async function sentPrompt(place: Place, agentId: AgentId, call?: number): Promise<SentPrompt> {
  const { log } = place;
  const calls = await everyOne(log, "MODEL_CALL_STARTED", { agentId });
  const number = call ?? calls.length;
  const asked = calls[number - 1];
  if (asked === undefined)
    throw new ColonyError(
      "model_call.not_found",
      calls.length === 0
        ? `no model call of "${agentId}" is on record; it has not asked its model yet, or its history was pruned`
        : `"${agentId}" has no model call ${number}; there are ${calls.length}, so give a number from 1 to ${calls.length}`,
    );
  const { state } = await foldAgent(log, agentId, asked.seq);
  if (state === undefined)
    throw new ColonyError(
      "model_call.not_found",
      `the history of "${agentId}" was pruned; its calls cannot be shown`,
    );
  const system = await systemOf(place, asked, state.record.definitionId);
  return {
    agentId,
    call: number,
    calls: calls.length,
    model: asked.data.model,
    at: asked.at,
    prompt: promptOf("text" in system ? system.text : "", state),
    lack: "lack" in system ? system.lack : null,
  };
}

type System = { readonly text: string } | { readonly lack: string };

/** What the agent was told before its conversation, by the host that made the call. */
async function systemOf(
  { log, blobs }: Place,
  { agentId, executionId, seq }: EventOf<"MODEL_CALL_STARTED">,
  definitionId: string,
): Promise<System> {
  const within = executionId === undefined ? {} : { executionId };
  const starts = await everyOne(log, "EXECUTION_STARTED", { agentId, ...within });
  const start = starts.findLast((event) => event.seq < seq);
  const openings = await everyOne(log, "COLONY_OPENED", { agentId: COLONY_STREAM });
  const opening = openings.findLast((event) => event.data.host.id === start?.data.host);
  const sha256 = start?.data.system ?? opening?.data.systems?.[definitionId];
  if (sha256 === undefined)
    return {
      lack: "the release that made this call, or a colony kept elsewhere, did not record the system text",
    };
  try {
    return { text: await blobs.get(sha256) };
  } catch (error) {
    if (!(error instanceof ColonyError) || error.code !== "blob.missing") throw error;
    return { lack: `the system text is gone: ${error.message}` };
  }
}

async function everyOne<T extends EventType>(
  log: EventLog,
  type: T,
  read: Pick<LogRead, "agentId" | "executionId">,
): Promise<readonly EventOf<T>[]> {
  const found: EventOf<T>[] = [];
  for (let after = 0; ;) {
    const page = await log.read({ ...read, types: [type], after, limit: PAGE });
    for (const event of page) if (isOf(event, type)) found.push(event);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return found;
    after = last.seq;
  }
}

function isOf<T extends EventType>(event: { readonly type: EventType }, type: T): event is EventOf<T> {
  return event.type === type;
}
