import {
  MAX_MILESTONES,
  MAX_MILESTONE_CHARACTERS,
  MAX_MILESTONE_DATA_CHARACTERS,
} from "../events/milestone.ts";
import { isDeeperThan } from "../json.ts";
import { openCalls } from "../plan/open-calls.ts";
import { MAX_JSON_DEPTH } from "../settings/limits.ts";
import { shownValue } from "../settings/shown-value.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { beginning } from "./running.ts";
import { within } from "./within.ts";

/** What is reached once stays reached: a call that is run again says nothing new with the same ordinal. */
export const milestoneCommands = {
  "milestone.reach"(state, { callId, ordinal, text, data }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const { record, execution } = state;
    const call = openCalls(state).find((candidate) => candidate.callId === callId);
    if (call?.status !== "started")
      return refuse(
        "tool_call.not_open",
        `tool call "${callId}" of agent "${record.id}" is not under way; only one that is may reach a milestone`,
      );
    const problem = milestoneProblem(text, data);
    if (problem !== undefined) return refuse("milestone.invalid", problem);
    const { count, calls } = execution?.milestones ?? { count: 0, calls: {} };
    if (ordinal <= (calls[`c:${callId}`] ?? 0)) return [];
    if (count >= MAX_MILESTONES)
      return refuse(
        "milestone.too_many",
        `this execution has reached ${count} milestones, and no more than ${MAX_MILESTONES} are kept; tell what comes often by progress instead`,
      );
    const said = data === undefined ? {} : { data };
    return [within(state, "MILESTONE_REACHED", { callId, ordinal, name: call.name, text, ...said })];
  },
} satisfies Partial<CommandHandlers>;

/** What is wrong with a milestone, in one sentence; undefined where nothing is. */
function milestoneProblem(text: unknown, data: unknown): string | undefined {
  if (typeof text !== "string" || text.trim() === "")
    return `the text of a milestone is ${shownValue(text)}; give what was reached, in 1 to ${MAX_MILESTONE_CHARACTERS} characters`;
  if (text.length > MAX_MILESTONE_CHARACTERS)
    return `the text of a milestone has ${text.length} characters; give at most ${MAX_MILESTONE_CHARACTERS}, and the rest as data`;
  if (data === undefined) return undefined;
  const characters = jsonLength(data);
  if (characters === undefined)
    return `the data of a milestone is ${shownValue(data)}; give an object that is plain JSON, at most ${MAX_JSON_DEPTH} levels deep, or leave it out`;
  return characters > MAX_MILESTONE_DATA_CHARACTERS
    ? `the data of a milestone has ${characters} characters as JSON; give at most ${MAX_MILESTONE_DATA_CHARACTERS}`
    : undefined;
}

/** How long an object is as JSON; undefined where it is none. */
function jsonLength(data: unknown): number | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  try {
    const json = JSON.stringify(data);
    return isDeeperThan(MAX_JSON_DEPTH, data) ? undefined : json.length;
  } catch {
    return undefined;
  }
}
