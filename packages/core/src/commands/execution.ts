import type { NewEvent } from "../events/envelope.ts";
import { executionIdOf } from "../ids.ts";
import { isEnded } from "../views/status.ts";
import { mustSeeBeforeEnd } from "../plan/deliverable.ts";
import { WRAP_UP_WORDS } from "../messages/wrap-up.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { endEvents } from "./end.ts";
import { beginning, notOwner, running } from "./running.ts";
import { within } from "./within.ts";
import { openCalls } from "../plan/open-calls.ts";
import type { AgentState, ExecutionStatus } from "../state/agent-state.ts";

function isWaiting(status: ExecutionStatus | undefined): boolean {
  return status === "queued" || status === "input_required";
}

function hasOtherCalls(state: AgentState): boolean {
  return openCalls(state).some(({ status }) => status !== "waiting");
}

/** From the queue to the one end. */
export const executionCommands = {
  "execution.queue"({ record }, { correlationId }) {
    if (record.status === "closed")
      return refuse("agent.closed", `agent "${record.id}" is closed and does no more work`);
    if (record.execution !== null && !isEnded(record.execution.status))
      return refuse(
        "execution.exists",
        `agent "${record.id}" already has execution "${record.execution.id}"`,
      );
    const number = record.executions + 1;
    const executionId = executionIdOf(record.id, number);
    return [
      {
        type: "EXECUTION_QUEUED",
        data: { number },
        executionId,
        ...(correlationId === null ? {} : { correlationId }),
      },
    ];
  },
  "execution.start"(state, { host, alone, system }) {
    const { execution, status, task } = state.record;
    if (execution === null || isEnded(execution.status))
      return refuse(
        "execution.not_queued",
        `agent "${state.record.id}" has no execution waiting to be started`,
      );
    const attempt = execution.attempt + 1;
    const opened: NewEvent[] = status === "pending" ? [within(state, "AGENT_OPENED", {})] : [];
    const known = alone === true ? ({ host, attempt, alone } as const) : { host, attempt };
    const data = system === undefined ? known : { ...known, system };
    const started: NewEvent = within(state, "EXECUTION_STARTED", data);
    if (attempt > 1 || execution.number > 1 || task === null) return [...opened, started];
    return [
      ...opened,
      started,
      within(state, "MESSAGE_APPENDED", { message: { role: "user", origin: "task", text: task } }),
    ];
  },
  "execution.pause"(state, { reason, leaving }, context) {
    const refusal = reason === "shutdown" ? running(state, context) : beginning(state, context);
    if (refusal !== undefined) return refusal;
    const isUnderWay = (state.execution?.modelCall ?? null) !== null || hasOtherCalls(state);
    if (reason !== "shutdown" && isUnderWay)
      return refuse(
        "agent.busy",
        `agent "${state.record.id}" has work under way; it can wait for others once that has ended`,
      );
    return [within(state, "EXECUTION_PAUSED", leaving === true ? { reason, leaving } : { reason })];
  },
  "execution.hold_up"(state, { ms, until }, context) {
    const refusal = running(state, context);
    if (refusal !== undefined) return refusal;
    return ms === 0 ? [] : [within(state, "EXECUTION_HELD_UP", { ms, until })];
  },
  "execution.wrap_up"(state, { limit, reason }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    if ((state.execution?.wrapUp ?? null) !== null) return [];
    if ((state.execution?.modelCall ?? null) !== null)
      return refuse(
        "agent.busy",
        `agent "${state.record.id}" is waiting for its model; tell it to wrap up once it has answered`,
      );
    return [
      within(state, "EXECUTION_WRAP_UP_REQUESTED", { limit, ...(reason === undefined ? {} : { reason }) }),
      within(state, "MESSAGE_APPENDED", {
        message: { role: "user", origin: "system", text: WRAP_UP_WORDS[limit] },
      }),
    ];
  },
  "execution.cancel"(state, { cause, by, reason, close, keepsInbox, letterId }, context) {
    const { execution, id } = state.record;
    if (execution === null || isEnded(execution.status))
      return refuse(
        "execution.ended",
        `agent "${id}" has nothing to cancel: its execution is ${execution === null ? "not there" : `already ${execution.status}`}`,
      );
    const earlier = state.execution?.cancel ?? null;
    // The first reason stands; one that closes and comes after it adds that, and a stop keeps nothing that a close would.
    const discards = close === true && keepsInbox !== true && earlier?.keepsInbox === true;
    const isNews = earlier === null || (close === true && earlier.close !== true) || discards;
    const { keepsInbox: _kept, ...why } = earlier ?? { cause, by, reason };
    const closing = { ...(close === true ? { close } : {}), ...(keepsInbox === true ? { keepsInbox } : {}) };
    const letter = letterId === undefined ? {} : { letterId };
    const asked = isNews ? [within(state, "CANCEL_REQUESTED", { ...why, ...closing, ...letter })] : [];
    if (execution.status === "running") return asked;
    const error = reason === null ? null : { code: "execution.cancelled", message: reason };
    return [...asked, ...endEvents(state, { end: "cancelled", cause, error, ...closing }, context)];
  },
  "execution.end"(state, command, context) {
    const { execution, id } = state.record;
    // One that waits has no loop: whoever cannot start it may end it.
    const refusal = isWaiting(execution?.status) ? notOwner(state, context) : running(state, context);
    if (refusal !== undefined) return refusal;
    if (command.end === "completed" && (state.execution?.cancel ?? null) !== null)
      return refuse(
        "execution.cancelling",
        `agent "${id}" is being cancelled; end its execution as cancelled`,
      );
    if (command.end === "completed" && mustSeeBeforeEnd(state).length > 0)
      return refuse("execution.inputs_pending", `agent "${id}" has inputs that it must see before it ends`);
    return endEvents(state, command, context);
  },
} satisfies Partial<CommandHandlers>;
