import type { NewEvent } from "../events/envelope.ts";
import { MAX_QUESTIONS, type Answers, type Question } from "../events/request.ts";
import type { CallId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import { openCalls } from "../plan/open-calls.ts";
import { readAnswer } from "../policies/answer.ts";
import type { AgentState, QuestionRequest, ToolCallState } from "../state/agent-state.ts";
import { shownValue } from "../settings/shown-value.ts";
import { refuse, type CommandHandlers } from "./decision.ts";
import { beginning } from "./running.ts";
import { within } from "./within.ts";

/** Who gives the answers that nobody gave in time. */
const EXPIRY = "expiry";

/** Calls that wait for people: each is asked about once, and the first word on it stands. */
export const requestCommands = {
  "question.ask"(state, { callId, questions, to, expiresInMs }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const call = openCall(state, callId);
    if (call?.status !== "requested") return notOpen(state, callId);
    const wrong = questionsProblem(questions);
    if (wrong !== undefined) return refuse("input.invalid", wrong);
    const expiresAt = expiresInMs === null ? null : context.at + expiresInMs;
    return [within(state, "QUESTION_ASKED", { callId, name: call.name, questions, to, expiresAt })];
  },
  "question.answer"(state, { callId, answers, by, letterId }, context) {
    const call = openCall(state, callId);
    const request = call?.request;
    if (call?.status !== "waiting" || request?.kind !== "question") return notOpen(state, callId);
    const read = readAnswers(request, answers);
    if ("problem" in read) return refuse("answer.invalid", read.problem);
    const all = { ...request.answers, ...read.answers };
    const letter = letterId === undefined ? {} : { letterId };
    const answered = within(state, "QUESTION_ANSWERED", { callId, answers: read.answers, by, ...letter });
    const isWhole = request.questions.every(({ id }) => Object.hasOwn(all, id));
    return isWhole ? [answered, outcome(state, call, { request, answers: all, at: context.at })] : [answered];
  },
  "question.expire"(state, { callId }, { at }) {
    const call = openCall(state, callId);
    const request = call?.request;
    if (call?.status !== "waiting" || request?.kind !== "question") return [];
    if (request.expiresAt === null || at < request.expiresAt) return [];
    const answers = defaultsOf(request);
    return [
      within(state, "QUESTION_ANSWERED", { callId, answers, by: EXPIRY }),
      outcome(state, call, { request, answers: { ...request.answers, ...answers }, at }),
    ];
  },
  "approval.request"(state, { callId }, context) {
    const refusal = beginning(state, context);
    if (refusal !== undefined) return refusal;
    const call = openCall(state, callId);
    if (call?.status !== "requested" || call.approvedBy !== undefined) return notOpen(state, callId);
    const { name, input } = call;
    return [within(state, "APPROVAL_REQUESTED", { callId, name, input })];
  },
  "approval.resolve"(state, { callId, decision, by, reason, input, always, letterId }, { at }) {
    const call = openCall(state, callId);
    if (call?.status !== "waiting" || call.request?.kind !== "approval") return notOpen(state, callId);
    const { name } = call;
    const edited = input === undefined || decision === "denied" ? {} : { input };
    const reach = always === undefined || decision === "denied" ? {} : { always };
    const letter = letterId === undefined ? {} : { letterId };
    const data = { callId, name, decision, by, reason, ...edited, ...reach, ...letter };
    const resolved = within(state, "APPROVAL_RESOLVED", data);
    if (decision === "approved" && always === undefined) return [resolved];
    if (decision === "approved") return [resolved, ...alike(state, call, by)];
    const why = reason === null ? "" : ` They said: ${reason}`;
    const output = `The call of "${call.name}" was not made: it was denied by a person.${why}`;
    const durationMs = Math.max(0, at - call.request.askedAt);
    const result = { status: "denied", output } as const;
    return [resolved, within(state, "TOOL_CALL_COMPLETED", { callId, name: call.name, result, durationMs })];
  },
} satisfies Partial<CommandHandlers>;

/** What counts where nobody has answered, read as an answer is. */
function defaultsOf({ questions, answers }: QuestionRequest): Answers {
  const defaults = questions.flatMap((question) => {
    const { id, default: given } = question;
    if (given === undefined || Object.hasOwn(answers, id)) return [];
    const read = readAnswer(question, given);
    return [[id, "answer" in read ? read.answer : given] as const];
  });
  return Object.fromEntries(defaults);
}

/** Other calls of the agent that are approved with this one, because all of its tool's are. */
function alike(state: AgentState, { callId: but, name }: ToolCallState, by: string): readonly NewEvent[] {
  return openCalls(state)
    .filter((call) => call.callId !== but && call.name === name && call.status === "waiting")
    .filter(({ request }) => request?.kind === "approval")
    .map(({ callId }) =>
      within(state, "APPROVAL_RESOLVED", { callId, name, decision: "approved", by, reason: null }),
    );
}

/** Why some questions cannot be asked; undefined where they can. */
export function questionsProblem(questions: readonly Question[]): string | undefined {
  if (questions.length === 0 || questions.length > MAX_QUESTIONS)
    return `${questions.length} questions were to be asked; ask 1 to ${MAX_QUESTIONS} at a time`;
  const ids = questions.map(({ id }) => id);
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin !== undefined) return `two questions have the id "${twin}"; give each its own`;
  for (const question of questions) {
    const { id, options, freeform = true, default: answer } = question;
    if (options === undefined && !freeform)
      return `question "${id}" has no options and takes no text; give it one of the two`;
    const read = answer === undefined ? undefined : readAnswer(question, answer);
    if (read !== undefined && "problem" in read) return `the default of ${read.problem}`;
  }
  return undefined;
}

function readAnswers(
  { questions, answers: earlier }: QuestionRequest,
  given: Answers,
): { readonly answers: Answers } | { readonly problem: string } {
  const entries = Object.entries(given);
  const open = questions.filter(({ id }) => !Object.hasOwn(earlier, id));
  if (entries.length === 0) return { problem: `no answer was given; answer ${ids(open)}` };
  const answers: [string, string][] = [];
  for (const [id, text] of entries) {
    const question = questions.find((each) => each.id === id);
    if (question === undefined)
      return { problem: `there is no question ${shownValue(id)}; asked were: ${ids(questions)}` };
    if (Object.hasOwn(earlier, id))
      return { problem: `question "${id}" has been answered already; the first answer stands` };
    const read = readAnswer(question, text);
    if ("problem" in read) return read;
    answers.push([id, read.answer]);
  }
  return { answers: Object.fromEntries(answers) };
}

function ids(questions: readonly Question[]): string {
  return questions.map(({ id }) => `"${id}"`).join(", ");
}

/** The call's outcome, as the model is told it. */
function outcome(
  state: AgentState,
  { callId, name }: ToolCallState,
  {
    request,
    answers,
    at,
  }: { readonly request: QuestionRequest; readonly answers: Answers; readonly at: number },
): NewEvent {
  const told = request.questions.map(({ id, text }): JsonValue => ({
    id,
    question: text,
    answer: answers[id] ?? null,
  }));
  const isWhole = request.questions.every(({ id }) => Object.hasOwn(answers, id));
  const output: JsonValue = isWhole
    ? { answers: told }
    : {
        answers: told,
        note: "Where the answer is null, nobody answered in time. Go on as well as you can without.",
      };
  const durationMs = Math.max(0, at - request.askedAt);
  return within(state, "TOOL_CALL_COMPLETED", { callId, name, result: { status: "ok", output }, durationMs });
}

function openCall(state: AgentState, callId: CallId): ToolCallState | undefined {
  return openCalls(state).find((call) => call.callId === callId);
}

function notOpen({ record }: AgentState, callId: CallId): ReturnType<typeof refuse> {
  return refuse("request.not_open", `call "${callId}" of agent "${record.id}" does not wait for this`);
}
