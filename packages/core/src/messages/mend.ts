import type { SeedProblem } from "../events/agent.ts";
import { callId, type CallId } from "../ids.ts";
import { waitingCallsOf } from "./waiting-calls.ts";
import type { AssistantMessage, AssistantPart, Message, ToolMessage, UserMessage } from "./message.ts";

/** A message and the place it came from (a file or a line), for whoever has to be told about it. */
export interface SeedItem {
  readonly where: string;
  readonly message: Message;
}

/** A conversation that a provider accepts, and what had to be done to make it one. */
export interface MendedConversation {
  readonly messages: readonly Message[];
  readonly problems: readonly SeedProblem[];
}

/** What stands in for the result of a call that has none. */
export const INTERRUPTED_CALL_OUTPUT = "The tool call was interrupted; its outcome is unknown.";

/** What stands in for the result of a call that waited for people when the conversation was written down. */
export const UNMADE_CALL_OUTPUT =
  "The tool call was not made: it was waiting for an answer or an approval when this conversation was handed on.";

/** Longest call id that every provider takes back. */
const MAX_CALL_ID_CHARACTERS = 40;

/** A call of a turn. `was` is its id in the input, which differs from `id` where the call had to be renamed. */
interface Call {
  readonly turn: Turn;
  readonly was: CallId;
  readonly id: CallId;
  readonly name: string;
  /** Whether it waited for people when the conversation was written down. */
  readonly waits: boolean;
  answered: boolean;
}

/** A user or assistant message that stays, with its calls and the results that belong to it, in order of arrival. */
interface Turn {
  readonly message: UserMessage | AssistantMessage;
  readonly where: string;
  readonly calls: Call[];
  readonly results: ToolMessage[];
}

/**
 * Makes any sequence of messages one that model providers accept:
 *
 * - every tool call has exactly one result, and the results of an assistant message follow it at once. Results that
 *   come later are moved up, calls without one get an error in its place (which says of those that waited for people that they
 *   were not made), results without an earlier call go;
 * - no call id occurs twice. A call that repeats an id is renamed together with its result. A result belongs to the
 *   latest call with its id, because providers that reuse ids mean the current turn;
 * - no message is empty. White space alone counts as nothing, and so does reasoning that leads to neither words nor
 *   a call: providers refuse both.
 *
 * Names of tools and ids of calls that a provider refuses stay as they were said: what is made to fit is the prompt.
 *
 * A leading assistant message stays, and nothing is put before it: which first message is acceptable differs by
 * provider, and an invented user message would be words that nobody said. It is no problem and is not reported.
 *
 * Each intervention is one problem. A conversation that needs none comes back with the very same message objects, and
 * mending twice is mending once.
 */
export function mendConversation(items: readonly SeedItem[]): MendedConversation {
  const mending = new Mending(items);
  for (const item of items) mending.take(item);
  return mending.finish();
}

class Mending {
  readonly #turns: Turn[] = [];
  readonly #problems: SeedProblem[] = [];
  /** The calls of the latest message that used an id. */
  readonly #calls = new Map<string, readonly Call[]>();
  readonly #seen = new Set<string>();
  /** The number that the latest new name of an id ends in. */
  readonly #repeats = new Map<string, number>();
  /** Every id of the whole input: a new id must not collide with one that comes later either. */
  readonly #taken: Set<string>;

  constructor(items: readonly SeedItem[]) {
    this.#taken = new Set(items.flatMap(({ message }) => callsOf(message).map((call) => call.callId)));
  }

  take({ where, message }: SeedItem): void {
    switch (message.role) {
      case "user":
        return this.#takeUser(where, message);
      case "assistant":
        return this.#takeAssistant(where, message);
      case "tool":
        return this.#takeResult(where, message);
    }
  }

  finish(): MendedConversation {
    const messages = this.#turns.flatMap((turn): Message[] => {
      const stubs = turn.calls.filter((call) => !call.answered).map((call) => this.#stub(call));
      return [turn.message, ...turn.results, ...stubs];
    });
    return { messages, problems: this.#problems };
  }

  #takeUser(where: string, message: UserMessage): void {
    if (message.text.trim() === "" && (message.files ?? []).length === 0) {
      return this.#report(where, "dropped", "the user message is empty");
    }
    this.#turns.push({ message, where, calls: [], results: [] });
  }

  #takeAssistant(where: string, message: AssistantMessage): void {
    const filled = message.parts.filter((part) => !isBlank(part));
    if (filled.every((part) => part.type === "reasoning")) {
      const what = filled.length === 0 ? "is empty" : "holds reasoning but neither text nor a tool call";
      return this.#report(where, "dropped", `the assistant message ${what}`);
    }
    if (filled.length < message.parts.length) this.#report(where, "mended", "empty text was taken out");
    const parts = filled.map((part) => this.#withOwnId(where, part));
    const changed =
      parts.length !== message.parts.length || parts.some((part, i) => part !== message.parts[i]);
    const turn: Turn = { message: changed ? { ...message, parts } : message, where, calls: [], results: [] };
    const waiting = waitingCallsOf(message);
    for (const [index, part] of parts.entries()) {
      const original = filled[index];
      if (part.type !== "tool-call" || original?.type !== "tool-call") continue;
      const { callId: was } = original;
      const call = { turn, was, id: part.callId, name: part.name, waits: waiting.has(was), answered: false };
      turn.calls.push(call);
    }
    for (const [was, calls] of Map.groupBy(turn.calls, (call) => call.was)) this.#calls.set(was, calls);
    this.#turns.push(turn);
  }

  #withOwnId(where: string, part: AssistantPart): AssistantPart {
    if (part.type !== "tool-call") return part;
    if (!this.#seen.has(part.callId)) {
      this.#seen.add(part.callId);
      return part;
    }
    const renamed = this.#freshId(part.callId);
    this.#report(where, "mended", `the call id "${part.callId}" was used before; it is now "${renamed}"`);
    return { ...part, callId: renamed };
  }

  /** An id near to the one given that nothing has, from the characters that providers allow. */
  #freshId(id: CallId): CallId {
    let number = this.#repeats.get(id) ?? 1;
    let fresh: string;
    do {
      number += 1;
      const suffix = `_${number}`;
      fresh = `${id.slice(0, MAX_CALL_ID_CHARACTERS - suffix.length)}${suffix}`;
    } while (this.#taken.has(fresh));
    this.#repeats.set(id, number);
    this.#taken.add(fresh);
    return callId(fresh);
  }

  #takeResult(where: string, message: ToolMessage): void {
    const calls = this.#calls.get(message.callId);
    if (calls === undefined) {
      return this.#report(where, "dropped", `no earlier tool call has the id "${message.callId}"`);
    }
    const call = calls.find((one) => !one.answered);
    if (call === undefined) {
      return this.#report(where, "dropped", `the tool call "${message.callId}" already has a result`);
    }
    call.answered = true;
    if (call.turn !== this.#turns.at(-1)) {
      this.#report(where, "mended", `the result was moved up to its call in ${call.turn.where}`);
    }
    if (message.name !== call.name) {
      this.#report(where, "mended", `the result named the tool "${message.name}", its call "${call.name}"`);
    }
    const unchanged = message.callId === call.id && message.name === call.name;
    call.turn.results.push(unchanged ? message : { ...message, callId: call.id, name: call.name });
  }

  #stub(call: Call): ToolMessage {
    this.#report(
      call.turn.where,
      "mended",
      call.waits
        ? `the tool call "${call.id}" was waiting for an answer or an approval; it is marked as not made`
        : `the tool call "${call.id}" had no result; it is marked as interrupted`,
    );
    return {
      role: "tool",
      callId: call.id,
      name: call.name,
      result: { status: "error", output: call.waits ? UNMADE_CALL_OUTPUT : INTERRUPTED_CALL_OUTPUT },
    };
  }

  #report(where: string, action: SeedProblem["action"], reason: string): void {
    this.#problems.push({ where, reason, action });
  }
}

const isBlank = (part: AssistantPart) => part.type === "text" && part.text.trim() === "";

const callsOf = (message: Message) =>
  message.role === "assistant" ? message.parts.filter((part) => part.type === "tool-call") : [];
