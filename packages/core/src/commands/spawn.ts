import { openCalls } from "../plan/open-calls.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { running } from "./running.ts";
import { within } from "./within.ts";

/** Characters of a task that are recorded beside the call that has all of it. */
const PREVIEW = 200;

/** What is recorded of workers that did not come to be. */
export const spawnCommands = {
  "spawn.refuse"(state, { callId, code, message, definition, task, workers }, context) {
    const refusal = running(state, context);
    if (refusal !== undefined) return refusal;
    if (!openCalls(state).some((call) => call.callId === callId && call.status === "started"))
      return refuse(
        "tool_call.not_open",
        `call "${callId}" of agent "${state.record.id}" is not under way, so it was refused nothing`,
      );
    const preview = task.slice(0, PREVIEW).toWellFormed();
    return [within(state, "SPAWN_REFUSED", { callId, code, message, definition, task: preview, workers })];
  },
} satisfies Partial<CommandHandlers>;
