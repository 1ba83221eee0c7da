import {
  ColonyError,
  agentId,
  decide,
  isEnded,
  isRefusal,
  messageOf,
  pendingRequests,
  readAnswer,
  shownValue,
  type AgentCommand,
  type AgentRecord,
  type Answers,
  type ApprovalScope,
  type JsonValue,
  type PendingRequest,
} from "@colony/core";
import { levelOf, type SafeObservable } from "@colony/eventbus";
import { PERSON } from "@colony/overseer";
import { findVisible } from "../access/visible-agents.ts";
import type { Parts } from "../parts.ts";
import { checkEdited } from "./edited-input.ts";

/** What requests work with. */
export type RequestDeps = Pick<Parts, "ledger" | "bus" | "logger" | "roster">;

/** Who says it, and how it came. */
interface Said {
  /** Default: the person. */
  readonly by?: string | undefined;
  /** The letter that brings it. */
  readonly letterId?: string | undefined;
}

/** A person's word on a call. */
export type Resolution =
  | {
      readonly decision: "approved";
      /** What it runs with instead of what the model gave. */
      readonly input?: JsonValue | undefined;
      readonly always?: ApprovalScope | undefined;
      readonly by?: string | undefined;
    }
  | {
      readonly decision: "denied";
      /** Told to the model. */
      readonly reason?: string | undefined;
      readonly by?: string | undefined;
    };

/** Whether whoever asks may see an agent; default: everybody may. */
type Sees = (agent: AgentRecord) => boolean;

const everybody: Sees = () => true;

/** What one answer is for all questions, or for each by its id. */
export type GivenAnswers = string | number | { readonly [questionId: string]: string | number };

/** Everything that waits for people, oldest first, from whatever depth. Copies: what is approved is what the state holds. */
export function allPending(
  deps: Pick<RequestDeps, "ledger">,
  sees: Sees = everybody,
): readonly PendingRequest[] {
  return structuredClone(allWaiting(deps, sees));
}

function allWaiting({ ledger }: Pick<RequestDeps, "ledger">, sees: Sees): readonly PendingRequest[] {
  const pending: PendingRequest[] = [];
  for (const id of ledger.index.withRequests()) {
    const state = ledger.peek(id);
    const status = state?.record.execution?.status;
    if (state === undefined || status === undefined || isEnded(status)) continue;
    if (!sees(state.record)) continue;
    pending.push(...pendingRequests(state));
  }
  return pending.toSorted((one, other) => one.askedAt - other.askedAt || (one.id < other.id ? -1 : 1));
}

/** The same as it stands and as it changes. */
export function pendingOf(deps: RequestDeps): SafeObservable<readonly PendingRequest[]> {
  const { bus, logger } = deps;
  let last: readonly PendingRequest[] = [];
  return levelOf({
    changes$: bus.events$({
      types: ["QUESTION_ASKED", "QUESTION_ANSWERED", "APPROVAL_REQUESTED", "APPROVAL_RESOLVED", ...ENDS],
    }),
    read: () => {
      const now = allPending(deps);
      if (now.length > 0 || last.length > 0) last = now;
      return last;
    },
    onError: (error) => logger.error({ reason: messageOf(error) }, "subscriber failed"),
  });
}

const ENDS = [
  "TOOL_CALL_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
] as const;

/** A request by its id, or by an agent that has only one of that kind. Throws `request.not_found` and `agent.not_found`. */
export function findRequest(
  deps: Pick<RequestDeps, "ledger"> & {
    /** Who is there for whoever asks; default: everybody. */
    readonly sees?: Sees;
  },
  text: string,
  kind: PendingRequest["kind"],
): PendingRequest {
  const { sees = everybody } = deps;
  const pending = allWaiting(deps, sees);
  const exact = pending.find(({ id }) => id === text);
  const what = kind === "question" ? "question" : "approval";
  if (exact !== undefined && exact.kind === kind) return exact;
  if (exact !== undefined)
    throw new ColonyError(
      "request.not_open",
      `${shownValue(text)} waits for ${exact.kind === "question" ? "an answer" : "an approval"}; ${exact.kind === "question" ? "answer it" : "approve or deny it"}`,
    );
  const [agent] = text.split("/", 1);
  const record =
    findVisible(deps.ledger.index, text, sees) ??
    [deps.ledger.index.get(agentId(agent ?? ""))].find((each) => each !== undefined && sees(each));
  if (record === undefined)
    throw new ColonyError(
      "request.not_found",
      `nothing that waits goes by ${shownValue(text)}; ${listed(pending)}`,
    );
  const own = pending.filter((request) => request.agentId === record.id && request.kind === kind);
  const [only] = own;
  if (only !== undefined && own.length === 1 && !text.includes("/")) return only;
  if (own.length > 1 && !text.includes("/"))
    throw new ColonyError(
      "request.not_found",
      `agent ${shownValue(text)} waits for several ${what}s; say which: ${own.map(({ id }) => id).join(", ")}`,
    );
  throw new ColonyError(
    "request.not_open",
    `${shownValue(text)} waits for no ${what} (any more); ${listed(pending)}`,
  );
}

function listed(pending: readonly PendingRequest[]): string {
  const ids = pending.slice(0, 10).map(({ id }) => id);
  return ids.length === 0 ? "nothing waits for a person" : `waiting are: ${ids.join(", ")}`;
}

/** The answers by the ids of their questions. Throws `answer.invalid`. */
export function answersFor(request: PendingRequest, given: GivenAnswers): Answers {
  if (request.kind !== "question") throw new ColonyError("request.not_open", `"${request.id}" asks nothing`);
  const textOf = (id: string, answer: string | number): string => {
    const question = request.questions.find((each) => each.id === id);
    const read = question === undefined ? undefined : readAnswer(question, answer);
    return read !== undefined && "answer" in read ? read.answer : String(answer);
  };
  if (typeof given === "object")
    return Object.fromEntries(Object.entries(given).map(([id, answer]) => [id, textOf(id, answer)]));
  const open = request.questions.filter(({ id }) => !Object.hasOwn(request.answers, id));
  const [only] = open;
  if (only === undefined || open.length > 1)
    throw new ColonyError(
      "answer.invalid",
      `"${request.id}" asks ${open.length} questions; answer each by its id: ${open.map(({ id }) => id).join(", ")}`,
    );
  return { [only.id]: textOf(only.id, given) };
}

/** Throws what answers would be refused with. */
export async function checkAnswers(
  ledger: RequestDeps["ledger"],
  { agentId: id, callId }: Pick<PendingRequest, "agentId" | "callId">,
  answers: Answers,
): Promise<void> {
  const state = await ledger.load(id);
  if (state === undefined) return;
  const { colonyId } = state.record;
  const command = { type: "question.answer", callId, answers, by: PERSON } as const;
  const decision = decide(state, command, { agentId: id, colonyId, at: 0 });
  if (isRefusal(decision)) throw ColonyError.from(decision);
}

/** Records answers. Throws `request.not_open` and `answer.invalid`. */
export async function answer(
  { ledger }: Pick<RequestDeps, "ledger">,
  request: Pick<PendingRequest, "agentId" | "callId">,
  { answers, by = PERSON, letterId }: Said & { readonly answers: Answers },
): Promise<void> {
  const { agentId: id, callId } = request;
  await ledger.require(id, [{ type: "question.answer", callId, answers, by, letterId }]);
}

/**
 * Records a person's word on a call; where it holds for more than this call, that is one with it. Throws `request.not_open` and `tool.invalid_input`.
 */
export async function resolve(
  deps: RequestDeps,
  request: Pick<PendingRequest, "agentId" | "callId" | "tool">,
  resolution: Resolution & Said,
): Promise<void> {
  const { ledger } = deps;
  const { by = PERSON, letterId } = resolution;
  const { agentId: id, callId, tool } = request;
  if (resolution.decision === "denied") {
    const reason = resolution.reason ?? null;
    await ledger.require(id, [
      { type: "approval.resolve", callId, decision: "denied", by, reason, letterId },
    ]);
    return;
  }
  const { always } = resolution;
  // A copy: whoever has given it may go on with it.
  const input = structuredClone(resolution.input);
  if (input !== undefined) await checkEdited(deps, { agentId: id, tool }, input);
  const approve: AgentCommand = {
    type: "approval.resolve",
    callId,
    decision: "approved",
    by,
    reason: null,
    letterId,
    ...(input === undefined ? {} : { input }),
    ...(always === undefined ? {} : { always }),
  };
  await ledger.require(id, [approve]);
}
