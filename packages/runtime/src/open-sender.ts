import {
  ColonyError,
  budgetProblem,
  correlationId,
  inputId,
  isEnded,
  type AgentRecord,
  type Budget,
  type InputId,
} from "@colony/core";
import { openSqliteSender, type SqliteSender } from "@colony/storage-sqlite";
import { createSystemClock } from "./adapters/system-clock.ts";
import { createSystemIds } from "./adapters/system-ids.ts";
import {
  requireAsk,
  requireCall,
  requireFolder,
  requireIdOrName,
  requireInput,
  requireSentStop,
} from "./call-options.ts";
import type { ApproveOptions, InjectOptions, Receipt } from "./colony.ts";
import { caughtUp, inputReceivedBy, type AgentSoFar, type ReceivedBy } from "./letters/composing.ts";
import { checkLife, type LifeWord } from "./letters/life-letter.ts";
import { writeLetter, type InputLetter, type LetterBody } from "./letters/letter-body.ts";
import { refusalOf } from "./letters/letter-refusal.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import { firstUnder } from "./letters/first-under.ts";
import { refuseSecondWord } from "./letters/second-word.ts";
import { requireAnswers } from "./requests/given.ts";
import { answersFor, checkAnswers, findRequest, type GivenAnswers } from "./requests/requests.ts";
import { lookInto, type Looking } from "./reader.ts";
import { createReceipt } from "./receipt.ts";
import { Stories } from "./stories.ts";
import type { ColonySender, Sent, SentInput } from "./sender.ts";
import { sendTriggers } from "./triggers/send-triggers.ts";
import { unknownAgent } from "./unknown-agent.ts";

/** How often a sender looks whether its letter has been taken. Milliseconds. */
const POLL_MS = 50;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
type ResolveLetter = Extract<LetterBody, { readonly kind: "resolve" }>;

/**
 * Opens a colony folder to send something to it, beside the process that has it open or without one. Throws
 * `colony.not_found` and `colony.folder_invalid`; what it sends throws `colony.in_use` where the owner lives on another
 * machine, and `log.write_failed`.
 */
export async function openColonySender(options: { readonly dir: string }): Promise<ColonySender> {
  requireFolder(options);
  const { dir } = options;
  const sqlite = await openSqliteSender({ dir });
  try {
    return new FolderSender(sqlite, await lookInto(sqlite.store, dir));
  } catch (error) {
    await sqlite.close();
    throw error;
  }
}

class FolderSender implements ColonySender {
  readonly reader: Looking["reader"];
  readonly triggers: ColonySender["triggers"];
  readonly #sqlite: SqliteSender;
  readonly #looking: Looking;
  readonly #stories: Stories;
  readonly #clock = createSystemClock();
  readonly #ids = createSystemIds();
  readonly #closing = new AbortController();

  constructor(sqlite: SqliteSender, looking: Looking) {
    this.#sqlite = sqlite;
    this.#looking = looking;
    this.#stories = new Stories(looking.bus);
    this.reader = looking.reader;
    this.triggers = sendTriggers({
      reader: this.reader,
      ids: this.#ids,
      now: () => this.#clock.now(),
      post: (body) => this.#post(body),
      mustBeOpen: () => this.#mustBeOpen(),
    });
  }

  async inject(text: string, options: InjectOptions & { readonly to?: string } = {}): Promise<SentInput> {
    requireInput(text, options, "beside");
    const { to, mode, idempotencyKey, files } = options;
    const { id, kind } = this.#find(to ?? OVERSEER_ID);
    const letterId = this.#ids.next("letter");
    const letter: InputLetter = {
      kind: "input",
      agentId: id,
      inputId: inputId(this.#ids.next("i")),
      inputKind: kind === "overseer" ? "chat" : "correction",
      mode: mode ?? (kind === "overseer" ? "queue" : "steer"),
      text,
      ...(files === undefined ? {} : { files }),
      idempotencyKey: idempotencyKey ?? letterId,
    };
    const readTo = this.#looking.bus.stats().head;
    let agent: AgentSoFar = { state: await this.reader.agent(id), readTo };
    let received: ReceivedBy = { inputId: letter.inputId, letterId };
    await this.#sqlite.post((now) => {
      agent = caughtUp(agent, now);
      received = inputReceivedBy({ letter, letterId }, agent, now);
      return received.letterId === letterId ? { id: letterId, body: writeLetter(letter) } : undefined;
    });
    const of = { ...letter, inputId: received.inputId };
    return received.letterId === undefined
      ? this.#sentInput(letterId, of, { after: 0, stands: true })
      : this.#sentInput(received.letterId, of, { after: readTo, stands: false });
  }

  async cancel(idOrName: string, options: { readonly reason?: string } = {}): Promise<Sent> {
    requireCall("cancel", options);
    const { id, execution } = this.#find(idOrName);
    if (execution === null || isEnded(execution.status))
      throw new ColonyError("execution.ended", `agent "${id}" is not at work; there is nothing to cancel`);
    return this.#post({
      kind: "cancel",
      agentId: id,
      executionId: execution.id,
      reason: options.reason ?? null,
    });
  }

  async stop(options: { readonly agent?: string; readonly reason?: string } = {}): Promise<Sent> {
    requireSentStop(options);
    const { agent, reason } = options;
    const record = agent === undefined ? undefined : this.#find(agent);
    const id = record === undefined || record.kind === "overseer" ? null : record.id;
    return this.#post({ kind: "stop", agentId: id, reason: reason ?? null });
  }

  async ask(word: LifeWord, idOrName: string, options: { readonly reason?: string } = {}): Promise<Sent> {
    requireAsk(word, options);
    const { id } = this.#find(idOrName);
    checkLife(await this.reader.agent(id), word);
    return this.#post({ kind: "life", word, agentId: id, reason: options.reason ?? null });
  }

  async answer(request: string, answers: GivenAnswers): Promise<Sent> {
    this.#mustBeOpen();
    requireIdOrName(request);
    const said = requireAnswers(answers);
    const found = findRequest(this.#looking, request, "question");
    const given = answersFor(found, said);
    const { agentId, callId } = found;
    await checkAnswers(this.#looking.ledger, found, given);
    return this.#post({ kind: "answer", agentId, callId, answers: given });
  }

  async approve(request: string, options: ApproveOptions = {}): Promise<Sent> {
    requireCall("approve", options);
    return await this.#resolve(request, { decision: "approved", ...options });
  }

  async deny(request: string, options: { readonly reason?: string } = {}): Promise<Sent> {
    requireCall("deny", options);
    return await this.#resolve(request, { decision: "denied", ...options });
  }

  async #resolve(
    request: string,
    resolution: Pick<ResolveLetter, "decision" | "input" | "always" | "reason">,
  ): Promise<Sent> {
    this.#mustBeOpen();
    requireIdOrName(request);
    const { agentId, callId, tool } = findRequest(this.#looking, request, "approval");
    return this.#post({ kind: "resolve", agentId, callId, tool, ...resolution });
  }

  async setBudget(budget: Budget): Promise<Sent> {
    const problem = budgetProblem(budget);
    if (problem !== undefined) throw new ColonyError("settings.invalid", problem);
    return this.#post({ kind: "budget", budget });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.reader.close();
    await this.#sqlite.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #find(idOrName: string): AgentRecord {
    this.#mustBeOpen();
    requireIdOrName(idOrName);
    const record = this.reader.find(idOrName);
    if (record === undefined) throw unknownAgent(idOrName);
    return record;
  }

  async #post(body: LetterBody): Promise<Sent> {
    this.#mustBeOpen();
    const letterId = this.#ids.next("letter");
    const after = this.reader.head();
    await this.#sqlite.post((now) => {
      refuseSecondWord(body, now);
      return { id: letterId, body: writeLetter(body) };
    });
    return { letterId, taken: (options) => this.#taken(letterId, after, options) };
  }

  /** `stands`: the input is in the log already. `after`: a seq before it is received. */
  #sentInput(
    letterId: string,
    letter: InputLetter,
    { after, stands }: { readonly after: number; readonly stands: boolean },
  ): SentInput {
    const { agentId } = letter;
    const receiptOf = (input: InputId): Omit<Receipt, "withdraw" | "arrival"> =>
      createReceipt(
        { stories: this.#stories, mustBeOpen: () => this.#mustBeOpen() },
        {
          agentId,
          inputId: input,
          correlationId: correlationId(input),
          after,
          seq: this.#looking.bus.stats().head,
        },
      );
    let receipt = receiptOf(letter.inputId);
    const taken: SentInput["taken"] = async (options) => {
      await this.#taken(letterId, after, options);
      const first = stands ? undefined : await firstUnder(this.#sqlite.store.log, letter, after);
      if (first !== undefined && first !== receipt.inputId) receipt = receiptOf(first);
    };
    return {
      letterId,
      agentId,
      get inputId() {
        return receipt.inputId;
      },
      get correlationId() {
        return receipt.correlationId;
      },
      get seq() {
        return receipt.seq;
      },
      taken,
      outcome: async (options = {}) => {
        requireCall("outcome", options);
        await taken(options);
        return await this.#staying(receipt.outcome(options));
      },
      reply: async (options = {}) => {
        requireCall("reply", options);
        await taken(options);
        return await this.#staying(receipt.reply(options));
      },
    };
  }

  /** What follows the log keeps no process alive by itself, and whoever waits for an answer wants it. */
  async #staying<Value>(waiting: Promise<Value>): Promise<Value> {
    const leave = this.#clock.after(LONGEST_TIMER_MS, () => undefined);
    try {
      return await waiting;
    } finally {
      leave();
    }
  }

  async #taken(
    letterId: string,
    after: number,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    requireCall("taken", options);
    const { signal } = options;
    this.#mustBeOpen();
    const { signal: closing } = this.#closing;
    const stop = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    while (this.#sqlite.waits(letterId))
      await this.#clock.sleep(POLL_MS, { signal: stop }).catch((cause: unknown) => {
        this.#mustBeOpen();
        throw new ColonyError("wait.aborted", "waiting until it is taken was called off", { cause });
      });
    const refusal = await refusalOf(this.#sqlite.store.log, letterId, after);
    if (refusal !== undefined) throw refusal;
  }

  #mustBeOpen(): void {
    if (this.#closing.signal.aborted)
      throw new ColonyError("colony.closed", "this sender has been closed; open it again to go on");
  }
}
