import type { AgentId, ColonyEvent, EventOf } from "@colony/core";
import { jsonLine } from "../render/event-words.ts";
import { onOneLine } from "../render/words.ts";

/** How what people have decided is told. */
export interface Telling {
  /** As sentences name an agent. */
  readonly nameOf: (id: AgentId) => string;
  /** Whether it was decided here. */
  readonly isOwn: boolean;
  /** The tool whose call it is about, where that is known. */
  readonly tool?: string;
}

/** What somebody has decided, in one line; undefined for any other event. */
export function decisionWords(event: ColonyEvent, telling: Telling): string | undefined {
  switch (event.type) {
    case "QUESTION_ANSWERED":
      return onOneLine(answered(event, telling));
    case "APPROVAL_RESOLVED":
      return onOneLine(resolved(event, telling));
    case "TOOL_APPROVAL_SET": {
      const { tool, approved } = event.data;
      return onOneLine(`every call of ${tool} is ${approved ? "approved" : "asked about again"} from now on`);
    }
    default:
      return undefined;
  }
}

/** What a worker asks another agent, in one line. */
export function escalationWords(
  { agentId, data: { questions, to } }: EventOf<"QUESTION_ASKED">,
  { nameOf }: Pick<Telling, "nameOf">,
): string {
  const whom = to === null ? "you" : nameOf(to);
  return onOneLine(`${nameOf(agentId)} asks ${whom}: ${questions.map(({ text }) => text).join(" | ")}`);
}

function answered(
  { agentId, data: { answers, by } }: EventOf<"QUESTION_ANSWERED">,
  telling: Telling,
): string {
  const who = telling.nameOf(agentId);
  const entries = Object.entries(answers);
  const [only] = entries;
  const given =
    only !== undefined && entries.length === 1 && only[0] === "q1"
      ? only[1]
      : entries.map(([id, answer]) => `${id}: ${answer}`).join(", ");
  if (by === "expiry")
    return `nobody answered ${who} in time${given === "" ? "; it goes on without" : `, so this counts: ${given}`}`;
  return `${who} was answered${byWords(by, telling)}: ${given}`;
}

function resolved({ agentId, data }: EventOf<"APPROVAL_RESOLVED">, telling: Telling): string {
  const { decision, by, reason, input, always } = data;
  const { nameOf, tool = "a call" } = telling;
  const how = [
    ...(input === undefined ? [] : [`with ${jsonLine(input)}`]),
    ...(always === undefined ? [] : [`later calls of this ${always} too`]),
    ...(reason === null ? [] : [reason]),
  ].join(", ");
  return `${tool} was ${decision}${byWords(by, telling)} for ${nameOf(agentId)}${how === "" ? "" : `: ${how}`}`;
}

/** `user` is whoever has this colony: here, or in another process. */
function byWords(by: string, { isOwn, nameOf }: Telling): string {
  if (by === "user") return isOwn ? "" : " elsewhere";
  return ` by ${nameOf(by as AgentId)}`;
}
