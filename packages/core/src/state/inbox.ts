import type { Draft } from "immer";
import { InputMode } from "../events/inbox.ts";
import { canonicalJson } from "../json.ts";
import type { InputId } from "../ids.ts";
import { readableFiles } from "../messages/message.ts";
import type { AgentState, PendingInput } from "./agent-state.ts";
import type { AgentHandlers } from "./handlers.ts";

/** What arrives for an agent waits here until it is delivered or discarded. */
export const inboxHandlers = {
  INPUT_RECEIVED(draft, { data, at, correlationId }) {
    addToInbox(draft, {
      inputId: data.inputId,
      kind: data.kind,
      mode: knownMode(data.mode),
      from: data.from,
      text: data.text,
      files: readableFiles(data.files),
      report: null,
      ...(data.principal === undefined ? {} : { principal: data.principal }),
      correlationId: correlationId ?? null,
      receivedAt: at,
    });
    const { trigger, inputId } = data;
    if (trigger !== undefined) draft.fired = { ...draft.fired, [trigger.id]: { ...trigger, inputId } };
    if (data.idempotencyKey !== undefined)
      draft.keys = {
        ...draft.keys,
        [`k:${data.idempotencyKey}`]: { inputId: data.inputId, fingerprint: inputFingerprint(data) },
      };
  },
  INPUT_DELIVERED(draft, { data }) {
    for (const inputId of data.inputIds) {
      const input = takeFromInbox(draft, inputId);
      const correlationId = input?.correlationId ?? null;
      const { execution } = draft;
      if (correlationId !== null && execution !== null && !execution.serves.includes(correlationId))
        execution.serves = [...execution.serves, correlationId];
      if (input?.principal !== undefined && execution !== null) execution.principal ??= input.principal;
    }
  },
  INPUT_DISCARDED(draft, { data }) {
    takeFromInbox(draft, data.inputId);
  },
} satisfies Partial<AgentHandlers>;

/** What makes two inputs under one idempotency key the same input. */
export function inputFingerprint(input: {
  readonly kind: string;
  readonly text: string;
  readonly files?: unknown;
  readonly principal?: string | undefined;
}): string {
  const { kind, text, files = [], principal } = input;
  return canonicalJson([kind, text, files, ...(principal === undefined ? [] : [principal])]);
}

const MODES: ReadonlySet<string> = new Set(InputMode.options);

/** A log may hold modes that nothing knows what to do with: such an input waits for its turn like any other. */
function knownMode(mode: InputMode): InputMode {
  return MODES.has(mode) ? mode : "queue";
}

/** Puts an input at the end of the inbox. */
export function addToInbox(draft: Draft<AgentState>, input: PendingInput): void {
  draft.inbox.push(input as Draft<PendingInput>);
  draft.record.pendingInputs = draft.inbox.length;
}

function takeFromInbox(draft: Draft<AgentState>, inputId: InputId): PendingInput | undefined {
  const index = draft.inbox.findIndex((input) => input.inputId === inputId);
  if (index < 0) return undefined;
  const [input] = draft.inbox.splice(index, 1);
  draft.record.pendingInputs = draft.inbox.length;
  return input;
}
