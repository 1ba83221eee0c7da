import {
  DEFAULT_TOOL_TIMEOUT_MS,
  TELL_REPEATS,
  openCalls,
  type AgentCommand,
  type AgentState,
  type CallId,
  type JsonValue,
  type Tool,
  type ToolCallState,
} from "@colony/core";
import type { Hooks } from "../hooks/hooks.ts";
import { copyOf } from "../tools/json-output.ts";
import { not, prepareCall, type Prepared, type ToolShelf } from "../tools/prepare.ts";
import { REPORT_TOOL } from "../tools/report-tool.ts";
import { noted } from "../tools/shown-result.ts";
import type { PeopleFirst } from "./people-first.ts";

/** What a call that has not begun waits for before it can. */
export interface Waiting {
  readonly call: ToolCallState;
  /**
   * Its input is being checked; its tool has not said whether a person is to approve it; hooks have not been asked yet;
   * the outside world has not said what became of it.
   */
  readonly for: "check" | "approval" | "hooks" | "reconcile";
  /** How long it may wait. */
  readonly timeoutMs: number;
}

interface Plan {
  readonly commands: readonly AgentCommand[];
  readonly waiting: readonly Waiting[];
}

const NOTHING: Plan = { commands: [], waiting: [] };

/** What is known of a call until it has its outcome. */
interface Known {
  readonly callId: CallId;
  prepared: Prepared | Promise<Prepared> | undefined;
  /** What people have put in the place of the model's input, and was checked last. */
  input: JsonValue | undefined;
  /** Hooks have been asked about it. */
  isAsked: boolean;
}

const NO_CALLS: readonly Known[] = [];

interface PlannerOptions {
  readonly shelf: ToolShelf;
  readonly hooks: Hooks;
  /** Undefined where no tool asks people. */
  readonly peopleFirst: PeopleFirst | undefined;
}

/**
 * Decides which of an answer's calls begin now: pure and idempotent ones side by side up to the limit, a `once` one
 * only when it is the first that is left, and alone. Those that wait for people hold up no others. Calls that cannot be run
 * are answered.
 */
export class CallPlanner {
  readonly #shelf: ToolShelf;
  readonly #hooks: Hooks;
  /** Which calls people are asked about; undefined where no tool asks them. */
  readonly peopleFirst: PeopleFirst | undefined;
  /** Calls without an outcome that have been looked at: few at a time, mostly one. */
  #known = NO_CALLS;

  constructor({ shelf, hooks, peopleFirst }: PlannerOptions) {
    this.#shelf = shelf;
    this.#hooks = hooks;
    this.peopleFirst = peopleFirst;
  }

  /** What to record of calls that have not begun. */
  commandsFor(state: AgentState, calls: readonly ToolCallState[]): readonly AgentCommand[] {
    return this.#plan(state, calls).commands;
  }

  /** What has to happen outside of the record before calls that have not begun can begin. */
  waitingIn(state: AgentState): readonly Waiting[] {
    return this.#plan(
      state,
      openCalls(state).filter(({ status }) => status !== "started" && status !== "waiting"),
    ).waiting;
  }

  /** The call with its input checked, at once or soon. */
  prepare(call: ToolCallState): Prepared | Promise<Prepared> {
    const known = this.#of(call.callId);
    if (known.prepared !== undefined && !isEdited(known, call)) return known.prepared;
    // A copy, because what a tool is given is its own to change, and the call stands in the log.
    const { name, malformed, input } = call;
    known.prepared = prepareCall({ name, malformed, input: copyOf(input) }, this.#shelf);
    return known.prepared;
  }

  settle(callId: CallId, prepared: Prepared): void {
    this.#of(callId).prepared = prepared;
  }

  /** Somebody has been given the input that is ready, and may have changed it: whoever comes next is given one made anew. */
  renew(callId: CallId): void {
    this.#of(callId).prepared = undefined;
  }

  /** Lets hooks forbid the call. Not part of the plan, which is made while a commit is: a listener may do anything. */
  askHooks({ callId, name, input }: ToolCallState): void {
    const known = this.#of(callId);
    known.isAsked = true;
    const reason = this.#hooks.veto({ callId, name, input });
    if (reason !== undefined) known.prepared = not(reason, "denied");
  }

  /** The call has its outcome. */
  forget(callId: CallId): void {
    this.peopleFirst?.forget(callId);
    this.#known = this.#known.filter((known) => known.callId !== callId);
  }

  #of(callId: CallId): Known {
    for (const known of this.#known) if (known.callId === callId) return known;
    const known: Known = { callId, prepared: undefined, input: undefined, isAsked: false };
    this.#known = [...this.#known, known];
    return known;
  }

  /** A call that has begun once was allowed then, and hooks are not asked about it anew. */
  #mustAskHooks({ callId, status }: ToolCallState): boolean {
    return this.#hooks.asks && status === "requested" && !this.#of(callId).isAsked;
  }

  /** Everything that people have to be asked is asked at once, whatever runs meanwhile. The calls that wait for that. */
  #holdBack(
    state: AgentState,
    calls: readonly ToolCallState[],
    { commands, waiting }: { readonly commands: AgentCommand[]; readonly waiting: Waiting[] },
  ): ReadonlySet<CallId> | undefined {
    const { peopleFirst } = this;
    if (peopleFirst === undefined) return undefined;
    let held: Set<CallId> | undefined;
    for (const call of calls) {
      const tool = this.#shelf.tools.get(call.name);
      if (tool?.asks === undefined && tool?.needsApproval === undefined) continue;
      const prepared = notNow(state, call) ?? this.prepare(call);
      if (prepared instanceof Promise || !prepared.ready) continue;
      const before = peopleFirst.before(state, { call, prepared });
      if (before === undefined) continue;
      (held ??= new Set()).add(call.callId);
      if (before === "unknown") waiting.push({ call, for: "approval", timeoutMs: tool.timeoutMs });
      else commands.push(before);
    }
    return held;
  }

  #waitingFor(what: Waiting["for"], call: ToolCallState): Waiting {
    const timeoutMs = this.#shelf.tools.get(call.name)?.timeoutMs ?? DEFAULT_TOOL_TIMEOUT_MS;
    return { call, for: what, timeoutMs };
  }

  #plan(state: AgentState, calls: readonly ToolCallState[]): Plan {
    if (calls.length === 0) return NOTHING;
    const commands: AgentCommand[] = [];
    const waiting: Waiting[] = [];
    const plan = { commands, waiting };
    const held = this.#holdBack(state, calls, plan);
    let running = 0;
    for (const { status, effect } of openCalls(state)) {
      if (status !== "started") continue;
      if (effect === "once") return plan;
      running += 1;
    }
    for (const call of calls) {
      if (held?.has(call.callId) === true) continue;
      const refused = notNow(state, call);
      const prepared = refused ?? this.prepare(call);
      if (prepared instanceof Promise) {
        waiting.push(this.#waitingFor("check", call));
        return plan;
      }
      if (!prepared.ready) {
        commands.push(answered(call, prepared));
        continue;
      }
      const { tool } = prepared;
      if (mayHaveHappened(call, tool)) {
        if (tool.reconcile === undefined) commands.push(inDoubt(call));
        else {
          waiting.push(this.#waitingFor("reconcile", call));
          return plan;
        }
        continue;
      }
      const alone = tool.effect === "once";
      if (alone ? running > 0 : running >= state.limits.parallelTools) return plan;
      if (this.#mustAskHooks(call)) waiting.push(this.#waitingFor("hooks", call));
      else commands.push({ type: "tool.start", calls: [{ callId: call.callId, effect: tool.effect }] });
      running += 1;
      if (alone) return plan;
    }
    return plan;
  }
}

/** Inputs that people have put in the place of the model's were not checked with those. */
function isEdited(known: Known, { approvedBy, input }: ToolCallState): boolean {
  if (approvedBy === undefined || known.input === input) return false;
  known.input = input;
  return true;
}

/** What is told of a call that may not be run again and of which nobody knows what became. */
export function inDoubt({ callId, name }: ToolCallState): AgentCommand {
  const output = `"${name}" had begun when its host stopped, and it may not be run again. Whether it took effect is not known; look before you repeat it.`;
  return { type: "tool.unknown", callId, result: { status: "unknown", output } };
}

/** What a model that repeats itself is told with its results. */
export function repeatNotice({ repeats }: Pick<ToolCallState, "repeats">): string | undefined {
  return repeats < TELL_REPEATS
    ? undefined
    : `You have now made this same call ${repeats} times running. Its result will not change: do something else.`;
}

/** Whether a host died in the middle of a call that then or now counts as one that must not happen twice. */
function mayHaveHappened({ status, effect }: ToolCallState, tool?: Tool): boolean {
  return status === "interrupted" && (effect === "once" || tool?.effect === "once");
}

/** Why a call is not run although it could be. One that had begun is not held back by what has come since. */
function notNow(state: AgentState, call: ToolCallState): Extract<Prepared, { ready: false }> | undefined {
  if (call.status !== "requested" && call.status !== "waiting") return undefined;
  const { inbox, limits, execution, record, conversation } = state;
  const { name } = call;
  if (inbox.some(({ mode }) => mode === "interrupt"))
    return not(`The call of "${name}" was not made: something that came in goes before it.`, "cancelled");
  if (name === REPORT_TOOL || execution === null) return undefined;
  if (execution.wrapUp !== null)
    return not(`The call of "${name}" was not made: this execution is to wrap up. Give your result now.`);
  const answer = conversation.findLast((entry) => entry.role === "assistant");
  const asked = answer?.role === "assistant" ? answer.calls : [];
  const earlier = (record.execution?.toolCalls ?? 0) - asked.length;
  const place = earlier + asked.findIndex(({ callId }) => callId === call.callId);
  if (place < limits.toolCalls) return undefined;
  return not(
    `The call of "${name}" was not made: this execution may make ${limits.toolCalls} tool calls, and they are used up.`,
  );
}

function answered(
  call: ToolCallState,
  { status, answer }: Extract<Prepared, { ready: false }>,
): AgentCommand {
  if (mayHaveHappened(call)) return inDoubt(call);
  const output = noted(answer, repeatNotice(call));
  return { type: "tool.complete", callId: call.callId, result: { status, output }, durationMs: 0 };
}
