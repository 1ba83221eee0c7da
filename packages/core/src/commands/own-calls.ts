import { callId as callIdOf } from "../ids.ts";
import { isSameJson } from "../json.ts";
import type { AssistantMessage, AssistantPart, ToolCallPart } from "../messages/message.ts";
import type { AgentState } from "../state/agent-state.ts";

/**
 * An answer with each of its calls once, under an id that is unique in the conversation. Some servers number their calls from
 * 0 in each answer, or not at all, and some connections deliver a piece, or the whole answer, twice: what has an id, a tool and
 * an input that an earlier call of the same answer has is that call said again, and would be made twice.
 */
export function withOwnCalls({ conversation }: AgentState, message: AssistantMessage): AssistantMessage {
  if (!message.parts.some((part) => part.type === "tool-call")) return message;
  const taken = new Set<string>();
  for (const entry of conversation)
    if (entry.role === "assistant") for (const call of entry.calls) taken.add(call.callId);
  const parts: AssistantPart[] = [];
  for (const [index, part] of message.parts.entries()) {
    if (part.type !== "tool-call") parts.push(part);
    else if (!taken.has(part.callId) || !isSaidAgain(part, message.parts, index))
      parts.push(withOwnId(part, taken));
  }
  return { ...message, parts };
}

function isSaidAgain(call: ToolCallPart, parts: readonly AssistantPart[], index: number): boolean {
  for (let before = 0; before < index; before += 1) {
    const earlier = parts[before];
    if (earlier?.type !== "tool-call" || earlier.callId !== call.callId) continue;
    if (earlier.name === call.name && isSameJson(earlier.input, call.input)) return true;
  }
  return false;
}

function withOwnId(call: ToolCallPart, taken: Set<string>): ToolCallPart {
  const given = call.callId === "" ? "call" : call.callId;
  let id: string = given;
  for (let number = 2; taken.has(id); number += 1) id = `${given}-${number}`;
  taken.add(id);
  return id === call.callId ? call : { ...call, callId: callIdOf(id) };
}
