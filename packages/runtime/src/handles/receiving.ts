import {
  ColonyError,
  arrivalOf,
  correlationId,
  inputId,
  type AgentCommand,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type Arrival,
  type ColonyEvent,
  type InputId,
  type InputMode,
} from "@colony/core";
import { PERSON } from "@colony/overseer";
import { requireCall } from "../call-options.ts";
import type { InjectOptions, Receipt } from "../colony.ts";
import type { Parts } from "../parts.ts";
import { createReceipt } from "../receipt.ts";
import { hindranceOf } from "./hindrance.ts";

/** What a person says to whom it does not say how it is to arrive. */
function defaultMode({ kind }: Pick<AgentRecord, "kind">): InputMode {
  return kind === "overseer" ? "queue" : "steer";
}

/** Makes an input durable. A person's word also lifts a person's stop: the supervisor sees to that. */
export async function inject(
  parts: Parts,
  { id, kind }: Pick<AgentRecord, "id" | "kind">,
  { text, mode = defaultMode({ kind }), idempotencyKey, files }: InjectOptions & { readonly text: string },
): Promise<Receipt> {
  parts.mustBeOpen();
  const { ledger, bus, ids, supervisor, stories } = parts;
  // What is said after a stop is stored after it.
  if (supervisor.stops.areLeft) await supervisor.stops.settle();
  const newId = inputId(ids.next("i"));
  const after = bus.stats().head;
  const command: AgentCommand = {
    type: "input.receive",
    inputId: newId,
    kind: kind === "overseer" ? "chat" : "correction",
    mode,
    from: PERSON,
    text,
    ...(files === undefined ? {} : { files }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(parts.principal === undefined ? {} : { principal: parts.principal.id }),
  };
  const followed = stories.follow({ agentId: id, inputId: newId });
  let isNew = false;
  try {
    const before = ledger.newest(id);
    const arrival: Arrival =
      before === undefined
        ? { as: "queued", note: "it is being read from the log" }
        : arrivalOf(before, { mode, hindrance: hindranceOf(parts, before.record) });
    const recording = ledger.require(id, [command]);
    // Once all that is said in this turn has been said: what is said later interrupts, or waits.
    queueMicrotask(() => supervisor.anticipate(id));
    const { events, state } = await recording;
    isNew = events.length > 0;
    const received = await receivedAs(parts, id, { event: events.at(-1), key: idempotencyKey, state });
    const receipt = createReceipt(parts, {
      agentId: id,
      inputId: received.inputId,
      correlationId: correlationId(received.inputId),
      after: Math.min(after, received.seq - 1),
      seq: received.seq,
      ...(isNew ? { followed } : {}),
    });
    return {
      ...receipt,
      arrival: isNew ? arrival : arrivalOfEarlier(state, received.inputId),
      withdraw: (options) => withdraw(parts, receipt, options),
    };
  } finally {
    if (!isNew) stories.drop(followed);
  }
}

/** What has become of an input that was received before under the same key. */
function arrivalOfEarlier(state: AgentState | undefined, id: InputId): Arrival {
  const waiting = state?.inbox.filter(({ kind, mode }) => kind !== "report" && mode !== "steer") ?? [];
  const place = waiting.findIndex(({ inputId: other }) => other === id) + 1;
  if (place > 0) return { as: "queued", place, note: "it was received before, under the same key" };
  return state?.inbox.some(({ inputId: other }) => other === id) === true
    ? { as: "steering", note: "it was received before, under the same key" }
    : { as: "started", note: "it was received before, under the same key, and waits no more" };
}

async function withdraw(
  { ledger, mustBeOpen }: Parts,
  { agentId, inputId: id }: Pick<Receipt, "agentId" | "inputId">,
  options: { readonly reason?: string } = {},
): Promise<boolean> {
  requireCall("withdraw", options);
  mustBeOpen();
  const reason = options.reason ?? "taken back by a person";
  const { events } = await ledger.require(agentId, [{ type: "input.discard", inputId: id, reason }]);
  return events.length > 0;
}

/** The input that was received, now or before under the same key. */
async function receivedAs(
  { received }: Parts,
  agentId: AgentId,
  {
    event,
    key,
    state,
  }: {
    readonly event: ColonyEvent | undefined;
    readonly key: string | undefined;
    readonly state: AgentState | undefined;
  },
): Promise<{ readonly inputId: InputId; readonly seq: number }> {
  if (event?.type === "INPUT_RECEIVED") return { inputId: event.data.inputId, seq: event.seq };
  const id = state?.keys[`k:${key ?? ""}`]?.inputId;
  const seq = id === undefined ? undefined : await received.seqOf(agentId, id);
  if (id !== undefined && seq !== undefined) return { inputId: id, seq };
  throw new ColonyError("input.invalid", "the input was not recorded");
}
