import type { NewEvent } from "../events/envelope.ts";
import { processIdOf } from "../ids.ts";
import { openCalls } from "../plan/open-calls.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { beginning } from "./running.ts";
import { within } from "./within.ts";

/** Processes belong to the call that started them. */
export const processCommands = {
  "process.start"(state, { callId, pid, startToken, command, cwd }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const { record } = state;
    const call = openCalls(state).find((candidate) => candidate.callId === callId);
    if (call?.status !== "started")
      return refuse(
        "tool_call.not_open",
        `tool call "${callId}" of agent "${record.id}" is not under way; only one that is may start a process`,
      );
    const processId = processIdOf(record.id, record.version + 1);
    const data = { processId, callId, pid, startToken, command, ...(cwd === undefined ? {} : { cwd }) };
    return [within(state, "PROCESS_STARTED", data)];
  },
  /** Whoever sees the end may record it, the first time: neither another attempt nor the execution's end changes that it ended. */
  "process.exit"({ processes, record }, { processId, code, signal, how }) {
    const open = processes.find((process) => process.processId === processId);
    if (open === undefined)
      return refuse("process.not_open", `process "${processId}" of agent "${record.id}" is not open`);
    const { executionId, correlationId } = open;
    const exited: NewEvent = {
      type: "PROCESS_EXITED",
      data: { processId, code, signal, how },
      ...(executionId === null ? {} : { executionId }),
      ...(correlationId === null ? {} : { correlationId }),
    };
    return [exited];
  },
} satisfies Partial<CommandHandlers>;
