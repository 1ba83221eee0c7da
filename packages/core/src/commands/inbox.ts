import type { NewEvent } from "../events/envelope.ts";
import { INPUT_OPTIONS } from "../settings/input-options.ts";
import { MAX_INPUT_CHARACTERS } from "../settings/limits.ts";
import { optionProblem } from "../settings/option-check.ts";
import { correlationId as correlationIdOf, type InputId } from "../ids.ts";
import { readableFiles, type UserMessage } from "../messages/message.ts";
import { reportsMessage } from "../messages/reports-message.ts";
import type { AgentState, PendingInput } from "../state/agent-state.ts";
import { inputFingerprint } from "../state/inbox.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { beginning, running } from "./running.ts";
import { within } from "./within.ts";

/** What arrives, and how it gets into the conversation. */
export const inboxCommands = {
  "input.receive"(state, command) {
    const { record, keys } = state;
    const {
      inputId,
      kind,
      mode,
      from,
      text,
      files: given,
      idempotencyKey,
      principal,
      trigger,
      correlationId,
    } = command;
    const said = { mode, idempotencyKey, files: given };
    const problem = optionProblem(said, INPUT_OPTIONS, { whole: "an input has no options" });
    if (problem !== undefined) return refuse("input.invalid", problem);
    // What stands beside these is the sender's own, and may be what an event cannot hold.
    const files = given?.map(({ mediaType, data: bytes, name }) =>
      name === undefined ? { mediaType, data: bytes } : { mediaType, data: bytes, name },
    );
    const data = {
      inputId,
      kind,
      mode,
      from,
      text,
      ...(files === undefined ? {} : { files }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(principal === undefined ? {} : { principal }),
      ...(trigger === undefined ? {} : { trigger }),
    };
    if (trigger !== undefined && state.fired?.[trigger.id]?.inputId === inputId) return [];
    if (typeof (text as unknown) !== "string")
      return refuse("input.invalid", `the input for agent "${record.id}" is no text; give it a string`);
    if (text.trim() === "" && (files ?? []).length === 0)
      return refuse("input.invalid", `the input for agent "${record.id}" is empty; give it a text`);
    if (text.length > MAX_INPUT_CHARACTERS)
      return refuse(
        "input.invalid",
        `the input has ${text.length} characters; at most ${MAX_INPUT_CHARACTERS} are taken, put the rest into a file`,
      );
    const known = idempotencyKey === undefined ? undefined : keys[`k:${idempotencyKey}`];
    if (known !== undefined) {
      if (known.fingerprint === inputFingerprint(data)) return [];
      return refuse(
        "input.key_conflict",
        `idempotency key "${idempotencyKey}" was used before for a different input; use a new key for a new input`,
      );
    }
    if (record.status === "closed")
      return refuse(
        "agent.closed",
        `agent "${record.name ?? record.id}" is closed and takes no more inputs${record.lifetime === "persistent" ? "; open it again first" : ""}`,
      );
    return [{ type: "INPUT_RECEIVED", data, correlationId: correlationId ?? correlationIdOf(inputId) }];
  },
  "input.deliver"(state, { inputIds }, context) {
    if (inputIds.length === 0) return [];
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    // An answer that is under way would come after it in the conversation, as if the model had seen it.
    if ((state.execution?.modelCall ?? null) !== null)
      return refuse(
        "agent.busy",
        `agent "${state.record.id}" is waiting for its model; deliver inputs once it has answered`,
      );
    const inputs: PendingInput[] = [];
    for (const inputId of new Set(inputIds)) {
      const input = state.inbox.find((pending) => pending.inputId === inputId);
      if (input === undefined)
        return refuse(
          "input.not_found",
          `input "${inputId}" is not waiting in the inbox of "${state.record.id}"`,
        );
      inputs.push(input);
    }
    return messagesFor(state, inputs).flatMap(({ message, ids }): readonly NewEvent[] => [
      within(state, "INPUT_DELIVERED", { inputIds: ids }),
      within(state, "MESSAGE_APPENDED", { message }),
    ]);
  },
  "input.take"(state, { inputIds }, context) {
    const refusal = running(state, context);
    if (refusal !== undefined) return refusal;
    const named = new Set(inputIds);
    const waiting = state.inbox.map(({ inputId }) => inputId).filter((inputId) => named.has(inputId));
    return waiting.length === 0 ? [] : [within(state, "INPUT_DELIVERED", { inputIds: waiting })];
  },
  "input.discard"({ inbox }, { inputId, reason }) {
    const isWaiting = inbox.some((input) => input.inputId === inputId && input.kind !== "report");
    return isWaiting ? [{ type: "INPUT_DISCARDED", data: { inputId, reason } }] : [];
  },
} satisfies Partial<CommandHandlers>;

interface Delivery {
  readonly message: UserMessage;
  readonly ids: readonly InputId[];
}

/** One message for each input, and one for all reports among them, at the place of the first. */
function messagesFor(state: AgentState, inputs: readonly PendingInput[]): readonly Delivery[] {
  const reports = inputs.filter(({ kind }) => kind === "report");
  const deliveries: Delivery[] = [];
  for (const input of inputs) {
    if (input.kind !== "report") {
      const { inputId, kind, text } = input;
      const files = readableFiles(input.files);
      const message: UserMessage = { role: "user", origin: kind, text, inputIds: [inputId] };
      deliveries.push({ message: files.length === 0 ? message : { ...message, files }, ids: [inputId] });
    } else if (input === reports[0]) {
      const ids = reports.map(({ inputId }) => inputId);
      deliveries.push({ message: reportsMessage(reports, state.reported), ids });
    }
  }
  return deliveries;
}
