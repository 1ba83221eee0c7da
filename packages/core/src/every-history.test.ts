import { historyActions, playHistory, type History, type HistoryAction } from "@colony/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EVENT_TYPES,
  applyToAgent,
  colonyEventSchema,
  decide,
  dispositionOf,
  evolveAgent,
  isEnded,
  isRefusal,
  nextStep,
  workingCopy,
  openCalls,
  recipientOf,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type Decision,
  type DecisionContext,
  type EventType,
  type Step,
} from "./index.ts";

const RUNS = 300;
const ENDS: readonly EventType[] = [
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
];

/** Every agent works until it has nothing to do, and its model always answers in words. */
const LEFT_ALONE = Array.from({ length: 40 }).flatMap(() =>
  Array.from({ length: 12 }, (_, agent): HistoryAction => {
    return { do: "work", agent, steps: 4, pick: 0, answer: { kind: "text", text: 0 } };
  }),
);

/** What holds for every history. A failure prints the seed and the shortest actions that show it. */
function promise(
  title: string,
  check: (history: History) => void,
  options: {
    readonly maxLength?: number;
    readonly only?: (action: HistoryAction) => boolean;
    /** What happens after the random part. */
    readonly followedBy?: readonly HistoryAction[];
  } = {},
): void {
  const { maxLength = 60, only = () => true, followedBy = [] } = options;
  it(
    title,
    () => {
      const property = fc.property(historyActions(maxLength), (actions) => {
        check(playHistory([...actions.filter(only), ...followedBy]));
      });
      fc.assert(property, { numRuns: RUNS });
    },
    120_000,
  );
}

const concerning = (events: readonly ColonyEvent[], id: AgentId): readonly ColonyEvent[] =>
  events.filter((event) => event.agentId === id || recipientOf(event) === id);

/** Each agent after each of its events. */
function* moments(history: History): Generator<{
  readonly state: AgentState;
  readonly past: readonly ColonyEvent[];
}> {
  for (const id of history.agents) {
    const events = concerning(history.events, id);
    let state: AgentState | undefined;
    for (const [index, event] of events.entries()) {
      state = evolveAgent(state, [event]);
      if (state !== undefined) yield { state, past: events.slice(0, index + 1) };
    }
  }
}

const contextOf = (state: AgentState, at: number): DecisionContext => ({
  agentId: state.record.id,
  colonyId: state.record.colonyId,
  at,
  attempt: state.record.execution?.attempt ?? 0,
});

/** Why a command is refused; undefined where it is not. */
const codeOf = (decision: Decision): string | undefined => (isRefusal(decision) ? decision.code : undefined);

/** The commands that carry out a step. */
function commandOf(step: Step): readonly AgentCommand[] {
  switch (step.do) {
    case "nothing":
    case "await_tools":
    case "await_model":
    case "await_retry":
      return [];
    case "await_others":
      return [{ type: "execution.pause", reason: step.what }];
    case "lose_model_call":
      return [{ type: "model.lose", callId: step.callId }];
    case "wrap_up":
      return [{ type: "execution.wrap_up", limit: step.limit }];
    case "end":
      return [{ type: "execution.end", end: step.end, cause: step.cause, error: step.error }];
    case "think":
      return [
        { type: "input.deliver", inputIds: step.deliver },
        { type: "model.start", model: "m" },
      ];
    case "switch_model":
      return [{ type: "model.switch", from: "m", to: "n" }];
    case "run_tools":
      return step.calls.map(({ callId, status, effect }) =>
        status === "interrupted" && effect === "once"
          ? { type: "tool.unknown", callId, result: { status: "unknown", output: null } }
          : status === "waiting"
            ? { type: "tool.complete", callId, result: { status: "cancelled", output: null }, durationMs: 0 }
            : { type: "tool.start", calls: [{ callId, effect: effect ?? "once" }] },
      );
  }
}

/** The same value, which throws when anybody changes anything in it. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const member of Object.values(value)) frozen(member);
  return value;
}

describe("the histories that the properties are tried on", () => {
  it("reach every event of an agent, every end and the refusals", () => {
    const types = new Set<string>();
    const codes = new Set<string>();
    for (const actions of fc.sample(historyActions(100), { numRuns: 400, seed: 7 })) {
      const history = playHistory(actions);
      for (const { type } of history.events) types.add(type);
      for (const { refusal } of history.commits) if (refusal !== undefined) codes.add(refusal.code);
    }
    const ofTheColony = [
      "COLONY_OPENED",
      "COLONY_CLOSED",
      "DISPATCH_BLOCKED",
      "DISPATCH_UNBLOCKED",
      "BUDGET_SET",
      "TOOL_APPROVAL_SET",
      "LETTER_REFUSED",
      "STORAGE_FAILED",
      "TRIGGER_SET",
      "TRIGGER_FIRED",
      "TRIGGER_MISSED",
      "TRIGGER_FAILED",
      "TRIGGER_REMOVED",
      "HISTORY_PRUNED",
    ];
    expect(EVENT_TYPES.filter((type) => !types.has(type))).toEqual(ofTheColony);
    expect([...codes].toSorted()).toEqual([
      "agent.busy",
      "agent.closed",
      "agent.exists",
      "agent.not_a_worker",
      "agent.not_closed",
      "agent.not_found",
      "agent.not_pending",
      "agent.not_persistent",
      "answer.invalid",
      "execution.cancelling",
      "execution.ended",
      "execution.exists",
      "execution.inputs_pending",
      "execution.not_queued",
      "execution.not_running",
      "execution.stale_attempt",
      "input.invalid",
      "input.key_conflict",
      "input.not_found",
      "milestone.invalid",
      "model_call.not_open",
      "notification.not_due",
      "process.not_open",
      "request.not_open",
      "tool_call.not_open",
    ]);
  });
});

describe("in every history", () => {
  promise(
    "an agent has at most one execution that has not ended, and each ends at most once",
    ({ events }) => {
      const open = new Map<AgentId, string>();
      const ended = new Set<string>();
      for (const event of events) {
        if (event.type === "EXECUTION_QUEUED") {
          expect(open.get(event.agentId)).toBeUndefined();
          open.set(event.agentId, `${event.agentId}.${event.data.number}`);
        } else if (ENDS.includes(event.type)) {
          const id = event.executionId ?? "none";
          expect(open.get(event.agentId)).toBe(id);
          expect(ended).not.toContain(id);
          ended.add(id);
          open.delete(event.agentId);
        }
      }
    },
  );

  promise(
    "the end of a worker's execution and its one report are one commit, in that order; an overseer reports to nobody",
    ({ commits }) => {
      for (const { events, after } of commits) {
        const told = events
          .map(({ type }) => type)
          .filter((type) => type === "SUBAGENT_REPORT" || ENDS.includes(type));
        if (told.length === 0) continue;
        const [first, ...rest] = told;
        expect(ENDS).toContain(first);
        expect(rest).toEqual(after?.record.kind === "overseer" ? [] : ["SUBAGENT_REPORT"]);
      }
    },
  );

  promise(
    "the first end stands: whatever an ended execution is told later is refused and changes nothing",
    (history) => {
      for (const id of history.agents) {
        const state = history.state(id);
        const execution = state?.record.execution ?? null;
        if (state === undefined || execution === null || !isEnded(execution.status)) continue;
        const calls = state.conversation.flatMap((entry) => (entry.role === "assistant" ? entry.calls : []));
        const late: readonly AgentCommand[] = [
          { type: "execution.end", end: "completed", cause: "finished", error: null },
          { type: "execution.cancel", cause: "user", by: "user", reason: null },
          { type: "execution.start", host: "late" },
          { type: "execution.wrap_up", limit: "wall" },
          { type: "model.start", model: "late" },
          { type: "report.record", status: "success", summary: "late", data: null, artifacts: [] },
          ...state.inbox.map(({ inputId }) => ({ type: "input.deliver", inputIds: [inputId] }) as const),
          ...calls.flatMap(({ callId }) => [
            { type: "tool.start", calls: [{ callId, effect: "pure" }] } as const,
            { type: "tool.complete", callId, result: { status: "ok", output: 1 }, durationMs: 1 } as const,
          ]),
        ];
        for (const command of late)
          expect(codeOf(decide(state, command, contextOf(state, history.now)))).toMatch(
            /^execution\.(ended|not_queued)$/,
          );
      }
      for (const { refusal, events, before, after } of history.commits) {
        if (refusal === undefined) continue;
        expect(events).toEqual([]);
        expect(after).toBe(before);
      }
    },
  );

  promise(
    "an input is waiting, delivered once or discarded once, and the conversation holds what was delivered",
    (history) => {
      for (const id of history.agents) {
        const fate = new Map<string, "waiting" | "delivered" | "discarded">();
        // What reached the agent by another way than its conversation was taken, not delivered.
        const words = history.commits
          .filter(({ agentId, commands }) => agentId === id && commands[0]?.type === "input.deliver")
          .flatMap(({ events }) => events)
          .flatMap((event) => (event.type === "INPUT_DELIVERED" ? event.data.inputIds : []));
        let state: AgentState | undefined;
        for (const event of concerning(history.events, id)) {
          state = evolveAgent(state, [event]);
          if (event.type === "INPUT_RECEIVED") fate.set(event.data.inputId, "waiting");
          else if (event.type === "SUBAGENT_REPORT" && event.agentId !== id) fate.set(event.id, "waiting");
          else if (event.type === "INPUT_DELIVERED")
            for (const inputId of event.data.inputIds) {
              expect(fate.get(inputId)).toBe("waiting");
              fate.set(inputId, "delivered");
            }
          else if (event.type === "INPUT_DISCARDED") {
            expect(fate.get(event.data.inputId)).toBe("waiting");
            expect(event.data.reason).not.toBe("");
            fate.set(event.data.inputId, "discarded");
          }
          const waiting = [...fate].filter(([, what]) => what === "waiting").map(([inputId]) => inputId);
          expect(state?.inbox.map(({ inputId }) => inputId) ?? []).toEqual(waiting);
          expect(state?.record.pendingInputs ?? 0).toBe(waiting.length);
          if (event.type === "AGENT_CLOSED" && event.data.keepsInbox !== true) expect(waiting).toEqual([]);
        }
        const heard = state?.conversation.flatMap((entry) =>
          entry.role === "user" ? (entry.inputIds ?? []) : [],
        );
        expect(heard).toEqual(words);
      }
    },
  );

  promise(
    "what the runtime delivers comes in order of arrival within its mode",
    (history) => {
      for (const id of history.agents) {
        const arrived = new Map<string, string[]>();
        const delivered = new Map<string, string[]>();
        const modes = new Map<string, string>();
        const add = (lists: Map<string, string[]>, inputId: string): void => {
          const mode = modes.get(inputId) ?? "";
          lists.set(mode, [...(lists.get(mode) ?? []), inputId]);
        };
        for (const event of concerning(history.events, id)) {
          if (event.type === "INPUT_RECEIVED") {
            modes.set(event.data.inputId, event.data.mode);
            add(arrived, event.data.inputId);
          } else if (event.type === "SUBAGENT_REPORT" && event.agentId !== id) {
            modes.set(event.id, "report");
            add(arrived, event.id);
          } else if (event.type === "INPUT_DELIVERED")
            for (const inputId of event.data.inputIds) add(delivered, inputId);
        }
        for (const [mode, ids] of delivered) expect(arrived.get(mode)?.slice(0, ids.length)).toEqual(ids);
      }
    },
    { only: (action) => action.do !== "stray" },
  );

  promise("one idempotency key is one input, and another input under it is refused", ({ commits }) => {
    const known = new Map<string, string>();
    for (const { agentId, commands, events, refusal } of commits) {
      const [command] = commands;
      if (command?.type !== "input.receive" || command.idempotencyKey === undefined) continue;
      const key = `${agentId} ${command.idempotencyKey}`;
      const first = known.get(key);
      const same = `${command.kind} ${command.text} ${command.principal ?? ""}`;
      if (first === undefined) {
        if (events.length > 0) known.set(key, same);
      } else if (command.text.trim() === "") expect(refusal?.code).toBe("input.invalid");
      else {
        expect(events).toEqual([]);
        expect(refusal?.code).toBe(first === same ? undefined : "input.key_conflict");
      }
    }
  });

  promise("the versions of a stream are 1, 2, 3 ...", (history) => {
    for (const id of history.agents) {
      const versions = history.events.filter(({ agentId }) => agentId === id).map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
      expect(history.state(id)?.record.version).toBe(versions.length);
    }
  });

  promise(
    "state as it grew, replayed in one go, and continued from a snapshot at any place are the same plain JSON",
    (history) => {
      for (const id of history.agents) {
        const events = concerning(history.events, id);
        const live = history.state(id);
        expect(evolveAgent(undefined, events)).toStrictEqual(live);
        let state: AgentState | undefined;
        for (const [index, event] of events.entries()) {
          state = evolveAgent(state, [event]);
          if (state === undefined) continue;
          const snapshot = JSON.parse(JSON.stringify(state)) as AgentState;
          expect(snapshot).toStrictEqual(state);
          expect(evolveAgent(snapshot, events.slice(index + 1))).toStrictEqual(live);
        }
      }
    },
    { maxLength: 40 },
  );

  promise("an event changes its own agent and whom it is mail for, and nobody else", (history) => {
    for (const id of history.agents) {
      const state = history.state(id);
      const foreign = history.events.filter((event) => event.agentId !== id && recipientOf(event) !== id);
      expect(evolveAgent(state, foreign)).toBe(state);
    }
  });

  promise("no prefix takes a command that would put something where it does not belong", (history) => {
    for (const { state } of moments(history)) {
      const context = contextOf(state, history.now);
      const modelCall = state.execution?.modelCall ?? null;
      const wrapUp: AgentCommand = { type: "execution.wrap_up", limit: "wall" };
      if (modelCall !== null)
        for (const { inputId } of state.inbox)
          expect(isRefusal(decide(state, { type: "input.deliver", inputIds: [inputId] }, context))).toBe(
            true,
          );
      // A second request to wrap up would grant further turns.
      const again = decide(state, wrapUp, context);
      if ((state.execution?.wrapUp ?? null) !== null) expect(isRefusal(again) ? [] : again).toEqual([]);
      else if (modelCall !== null) expect(isRefusal(again)).toBe(true);
      for (const { callId } of openCalls(state)) {
        const twice: AgentCommand = {
          type: "tool.start",
          calls: [
            { callId, effect: "pure" },
            { callId, effect: "pure" },
          ],
        };
        expect(isRefusal(decide(state, twice, context))).toBe(true);
      }
    }
  });

  promise(
    "a tool call has one outcome by the end of its execution, never two, and an ended execution leaves nothing open",
    (history) => {
      const open = new Map<AgentId, Set<string>>();
      for (const event of history.events) {
        const calls = open.get(event.agentId) ?? new Set();
        open.set(event.agentId, calls);
        if (event.type === "MESSAGE_APPENDED" && event.data.message.role === "assistant") {
          for (const part of event.data.message.parts) if (part.type === "tool-call") calls.add(part.callId);
        } else if (event.type === "TOOL_CALL_COMPLETED" || event.type === "TOOL_OUTCOME_UNKNOWN")
          expect(calls.delete(event.data.callId)).toBe(true);
        else if (event.type === "TOOL_CALL_STARTED") expect(calls).toContain(event.data.callId);
        else if (ENDS.includes(event.type)) expect([...calls]).toEqual([]);
      }
      for (const { state } of moments(history)) {
        const { execution } = state.record;
        if (execution === null || !isEnded(execution.status)) continue;
        expect(openCalls(state)).toEqual([]);
        expect(state.execution?.modelCall).toBeNull();
      }
    },
  );

  promise("a call that may be made only once and has begun is never begun again", (history) => {
    const begun = new Map<string, string>();
    for (const event of history.events) {
      // Whoever takes an execution up may begin calls again that were under way, but for those.
      if (event.type === "EXECUTION_STARTED")
        for (const [call, effect] of begun)
          if (effect !== "once" && call.startsWith(`${event.agentId} `)) begun.delete(call);
      if (event.type !== "TOOL_CALL_STARTED") continue;
      const call = `${event.agentId} ${event.data.callId}`;
      expect([...begun.keys()]).not.toContain(call);
      begun.set(call, event.data.effect);
    }
    for (const { state } of moments(history))
      for (const { callId, effect, status } of openCalls(state)) {
        if (effect !== "once" || status === "requested") continue;
        const again: AgentCommand = { type: "tool.start", calls: [{ callId, effect: "pure" }] };
        expect(isRefusal(decide(state, again, contextOf(state, history.now)))).toBe(true);
      }
  });

  promise(
    "every prefix says what comes next, the same each time, and what it says is accepted",
    (history) => {
      for (const { state, past } of moments(history)) {
        const last = past.at(-1)?.at ?? 0;
        for (const now of [last, last + 45_000, last + 10_000_000]) {
          const step = nextStep(state, now);
          expect(nextStep(state, now)).toEqual(step);
          // Nothing is under way on a host that has only just taken the execution up.
          if (past.at(-1)?.type === "EXECUTION_STARTED") expect(step.do).not.toMatch(/await_(model|tools)/);
          const [command, ...more] = commandOf(step);
          if (command === undefined) continue;
          const decision = decide(state, command, contextOf(state, now));
          expect({ step, refused: codeOf(decision) }).toEqual({ step, refused: undefined });
          if (more.length === 0 || step.do === "think") continue;
          for (const other of more)
            expect(isRefusal(decide(state, other, contextOf(state, now)))).toBe(false);
        }
        const disposition = dispositionOf(state);
        if (disposition.do !== "queue") continue;
        const queue = { type: "execution.queue", correlationId: disposition.correlationId } as const;
        expect(isRefusal(decide(state, queue, contextOf(state, last)))).toBe(false);
      }
    },
  );

  promise("no prefix asks again for what it already holds", (history) => {
    for (const { state, past } of moments(history)) {
      const { execution } = state.record;
      const own = past.filter(({ agentId }) => agentId === state.record.id);
      const settled = new Set<string>();
      const delivered = new Set<string>();
      let asked = 0;
      let answered = 0;
      for (const event of own) {
        if (event.type === "TOOL_CALL_COMPLETED" || event.type === "TOOL_OUTCOME_UNKNOWN")
          settled.add(event.data.callId);
        else if (event.type === "INPUT_DELIVERED")
          for (const inputId of event.data.inputIds) delivered.add(inputId);
        if (event.executionId !== execution?.id) continue;
        if (event.type === "MODEL_CALL_STARTED") asked += 1;
        if (event.type === "MODEL_CALL_COMPLETED" || event.type === "MODEL_CALL_FAILED") answered += 1;
      }
      const step = nextStep(state, past.at(-1)?.at ?? 0);
      if (step.do === "run_tools" || step.do === "await_tools")
        for (const { callId } of step.calls) expect(settled).not.toContain(callId);
      if (step.do === "think") {
        expect(asked).toBe(answered);
        for (const inputId of step.deliver) expect(delivered).not.toContain(inputId);
      }
      if (step.do === "await_model" || step.do === "lose_model_call") expect(asked).toBe(answered + 1);
      if (step.do === "wrap_up")
        expect(
          own.some(
            (event) => event.type === "EXECUTION_WRAP_UP_REQUESTED" && event.executionId === execution?.id,
          ),
        ).toBe(false);
      if (execution !== null && isEnded(execution.status)) expect(step.do).toBe("nothing");
    }
  });

  promise(
    "agents that are left alone with a model that answers come to rest, with nothing waiting",
    (history) => {
      for (const id of history.agents) {
        const state = history.state(id);
        expect(state === undefined ? undefined : dispositionOf(state)).toEqual({ do: "nothing" });
        expect(state?.record.status === "closed" ? [] : state?.inbox).toEqual([]);
      }
    },
    { maxLength: 40, only: (action) => action.do !== "stray", followedBy: LEFT_ALONE },
  );

  promise(
    "deciding on a working copy, as a ledger does, gives the same events and state, and leaves what it was made from alone",
    ({ commits }) => {
      for (const { before, after, commands, context, events } of commits) {
        if (before === undefined || events.length === 0) continue;
        const draft = workingCopy(frozen(before));
        const decided: unknown[] = [];
        let version = before.record.version;
        for (const command of commands) {
          const decision = decide(draft, command, context);
          if (isRefusal(decision)) throw new Error(decision.message);
          for (const event of decision) {
            version += 1;
            const { agentId, colonyId, at } = context;
            applyToAgent(draft, { ...event, agentId, colonyId, at, version });
          }
          decided.push(...decision);
        }
        expect(draft).toStrictEqual(after);
        expect(decided.map((event) => JSON.stringify(event))).toEqual(
          events.map(
            ({
              seq: _seq,
              version: _version,
              id: _id,
              at: _at,
              colonyId: _c,
              agentId: _a,
              v: _v,
              ...event
            }) => JSON.stringify(event),
          ),
        );
      }
    },
  );

  promise("every event fits the catalogue and survives JSON", ({ events }) => {
    for (const event of events) {
      const read: unknown = JSON.parse(JSON.stringify(event));
      expect(read).toStrictEqual(event);
      expect(colonyEventSchema().parse(read)).toStrictEqual(event);
    }
  });
});
