import {
  ColonyError,
  type AgentId,
  type AgentRecord,
  type ColonyEvent,
  type PendingRequest,
  type Question,
} from "@colony/core";
import type { Colony } from "@colony/runtime";
import { findAgent } from "../colony/find-agent.ts";
import { PLAIN, type Paint } from "../render/paint.ts";
import { clip } from "../render/width.ts";
import { harmless } from "../render/words.ts";
import { whoIs } from "../work/say.ts";
import type { Decision } from "./decision.ts";
import { findExactly, findPending } from "./find-request.ts";
import { answersById } from "./given-answers.ts";
import { byPlace, KeptNumbers, type NumberedRequest } from "./numbered.ts";
import { questionRows, requestLines } from "./request-lines.ts";
import { AT_COMMAND_LINE, IN_CHAT, type RequestWords } from "./request-words.ts";
import { decisionWords, escalationWords } from "./told.ts";

/** The most lines of what is asked, or of what a tool is to run with, that are shown without being asked for. */
const MOST_LINES = 20;

/** The colony whose requests they are. */
type Asking = Pick<Colony, "pending" | "agents" | "answer" | "approve" | "deny">;

/** In a chat, at a prompt of its own for each request, or in another process. */
export type DecidingPlace = "chat" | "prompt" | "command line";

/** How a person is told of requests, and decides them. */
export interface RequestsOptions {
  readonly colony: Asking;
  /** Where they decide: what they are told to type, and whether numbers are kept, follow from it. */
  readonly place: DecidingPlace;
  /** Columns that one line may take. */
  readonly columns: () => number;
  readonly recordOf: (id: AgentId) => AgentRecord | undefined;
  readonly paint?: Paint;
}

/** A question that is open, and the request it stands in. */
export interface OpenQuestion {
  readonly question: Question;
  readonly of: NumberedRequest;
}

/** What waits for a person in a colony that is open here, as whoever talks with it is told of it and decides it. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #paint: Paint;
  readonly #words: RequestWords;
  readonly #numbers = new KeptNumbers();
  /** The tools of the calls that were shown, by their requests. */
  readonly #tools = new Map<string, string>();
  /** What is being decided here, as `request` or `request/question`. */
  readonly #own = new Set<string>();

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#paint = options.paint ?? PLAIN;
    this.#words = options.place === "chat" ? IN_CHAT : AT_COMMAND_LINE;
  }

  /** Everything that waits, oldest first. */
  get all(): readonly NumberedRequest[] {
    const pending = this.#options.colony.pending();
    return this.#options.place === "command line" ? byPlace(pending) : this.#numbers.of(pending);
  }

  /** What the next plain line answers: the first question that is open of those that the overseer has asked the person. */
  get next(): OpenQuestion | undefined {
    for (const of of this.all) {
      const { request } = of;
      if (request.kind !== "question" || request.to !== null || request.depth > 0) continue;
      const question = firstOpen(request);
      if (question !== undefined) return { question, of };
    }
    return undefined;
  }

  /** What is to be said of an event: what is asked, as it stands in the inbox; what was decided, in one line. */
  take(event: ColonyEvent): readonly string[] {
    switch (event.type) {
      case "QUESTION_ASKED":
        return event.data.to === null
          ? this.#asked(event.agentId, event.data.callId)
          : [this.#line(`? ${escalationWords(event, this.#telling(false))}`, "yellow")];
      case "APPROVAL_REQUESTED":
        return this.#asked(event.agentId, event.data.callId);
      case "QUESTION_ANSWERED":
      case "APPROVAL_RESOLVED":
      case "TOOL_APPROVAL_SET": {
        const telling = { ...this.#telling(this.#wasOwn(event)), ...this.#toolOf(event) };
        const words = decisionWords(event, telling);
        const rest = event.type === "QUESTION_ANSWERED" ? this.#nextLines(event.agentId) : [];
        return [...(words === undefined ? [] : [this.#line(words, "dim")]), ...rest];
      }
      default:
        return [];
    }
  }

  /** The inbox, or the whole of what one request, or one agent, waits for. Throws `request.not_found`. */
  list(which?: string): readonly string[] {
    const { all } = this;
    if (all.length === 0) return ["nothing waits for you"];
    const shown = which === undefined ? all : this.#named(which);
    const most = which === undefined ? MOST_LINES : Number.POSITIVE_INFINITY;
    return shown.flatMap((one, index) => [...(index === 0 ? [] : [""]), ...this.#lines(one, most)]);
  }

  /** Answers the question that is next. Throws `answer.invalid`, and `request.not_open` where there is none any more. */
  async answerNext(text: string): Promise<void> {
    const { next } = this;
    if (next === undefined) return;
    await this.#answer(next.of.request, { [next.question.id]: text });
  }

  /** Does what a person has decided; what there is to be said at once. Throws what a colony throws. */
  async decide(decision: Decision): Promise<readonly string[]> {
    const { colony } = this.#options;
    switch (decision.do) {
      case "list":
        return this.list(decision.which);
      case "answer": {
        const { request } = this.#find(decision.which, "question");
        const byId = answersById(request, decision.given);
        const id = firstOpen(request)?.id ?? "";
        await this.#answer(request, byId ?? { [id]: decision.given.join(" ") });
        return [];
      }
      case "approve": {
        const { request } = this.#find(decision.which, "approval");
        const { always } = decision;
        const alike = always === undefined ? [request] : this.#alike(request, always);
        await this.#asOwn(
          alike.map(({ id }) => id),
          () => colony.approve(request.id, always === undefined ? {} : { always }),
        );
        return [];
      }
      case "deny": {
        const { request } = this.#find(decision.which, "approval");
        const { reason } = decision;
        await this.#asOwn([request.id], () =>
          colony.deny(request.id, reason === undefined ? {} : { reason }),
        );
        return [];
      }
    }
  }

  #find(which: string | undefined, kind: PendingRequest["kind"]): NumberedRequest {
    const agents = this.#options.colony.agents();
    return findPending({ requests: this.all, agents, words: this.#words }, which, kind);
  }

  #named(which: string): readonly NumberedRequest[] {
    const exact = findExactly(this.all, which);
    if (exact !== undefined) return [exact];
    const agent = findAgent(this.#options.colony.agents(), which);
    const own = this.all.filter(({ request }) => request.agentId === agent.id);
    if (own.length > 0) return own;
    throw new ColonyError(
      "request.not_open",
      `${whoIs(agent)} does not wait for you; /inbox lists what does`,
    );
  }

  #asked(agentId: AgentId, callId: string): readonly string[] {
    const asked = this.all.find(({ request }) => request.agentId === agentId && request.callId === callId);
    // It may have been decided by now.
    return asked === undefined ? [] : this.#lines(asked, MOST_LINES);
  }

  #lines(one: NumberedRequest, most: number): readonly string[] {
    if (one.request.kind === "approval") this.#tools.set(one.request.id, one.request.tool);
    return requestLines(one, {
      paint: this.#paint,
      now: Date.now(),
      width: this.#options.columns(),
      most,
      recordOf: this.#options.recordOf,
      words: this.#words,
      hasHint: this.#options.place !== "prompt",
      isNext: this.#options.place === "chat" && this.next?.of.request.id === one.request.id,
    });
  }

  /** Where several are asked, the one that is next is said again once the one before it has been answered. */
  #nextLines(agentId: AgentId): readonly string[] {
    const { next } = this;
    if (next?.of.request.agentId !== agentId || this.#options.place !== "chat") return [];
    return questionRows(next.question, { width: this.#options.columns() });
  }

  async #answer(request: PendingRequest, answers: Readonly<Record<string, string>>): Promise<void> {
    const keys = Object.keys(answers).map((id) => `${request.id}/${id}`);
    await this.#asOwn(keys, () => this.#options.colony.answer(request.id, answers));
  }

  async #asOwn(keys: readonly string[], decide: () => Promise<void>): Promise<void> {
    for (const key of keys) this.#own.add(key);
    try {
      await decide();
    } catch (error) {
      for (const key of keys) this.#own.delete(key);
      throw error;
    }
  }

  #wasOwn(event: ColonyEvent): boolean {
    if (event.type === "QUESTION_ANSWERED")
      return Object.keys(event.data.answers).some((id) =>
        this.#own.delete(`${event.agentId}/${event.data.callId}/${id}`),
      );
    return event.type === "APPROVAL_RESOLVED" && this.#own.delete(`${event.agentId}/${event.data.callId}`);
  }

  /** Said once, when it has been decided. */
  #toolOf({ type, agentId, data }: ColonyEvent): { readonly tool?: string } {
    if (type !== "APPROVAL_RESOLVED") return {};
    const id = `${agentId}/${data.callId}`;
    const tool = this.#tools.get(id);
    this.#tools.delete(id);
    return tool === undefined ? {} : { tool };
  }

  /** What an approval that holds for more than its call settles besides. */
  #alike({ tool, agentId }: PendingRequest, always: "worker" | "tool"): readonly PendingRequest[] {
    return this.#options.colony
      .pending()
      .filter(
        (request) =>
          request.kind === "approval" &&
          request.tool === tool &&
          (always === "tool" || request.agentId === agentId),
      );
  }

  #telling(isOwn: boolean): { readonly isOwn: boolean; readonly nameOf: (id: AgentId) => string } {
    const nameOf = (id: AgentId): string => {
      const record = this.#options.recordOf(id);
      return record === undefined ? id : whoIs(record);
    };
    return { isOwn, nameOf };
  }

  #line(words: string, style: "yellow" | "dim"): string {
    return this.#paint(style, clip(harmless(words), this.#options.columns()));
  }
}

/** The question of a request that is answered next; undefined where none is open. */
export function firstOpen(request: PendingRequest): Question | undefined {
  if (request.kind !== "question") return undefined;
  return request.questions.find(({ id }) => !Object.hasOwn(request.answers, id));
}
