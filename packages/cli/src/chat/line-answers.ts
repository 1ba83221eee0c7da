import { ColonyError } from "@colony/core";
import type { InputOutcome } from "@colony/runtime";
import type { CommandContext } from "../commands/command.ts";
import { errorWords } from "../errors/error-words.ts";
import { EXIT } from "../errors/exit-code.ts";
import { reportError } from "../errors/report-error.ts";
import { write } from "../io/io.ts";
import { MEMORY } from "../settings/settings.ts";
import type { AttendedColony } from "../work/attended-colony.ts";
import {
  exitCodeFor,
  failureWords,
  NOBODY_CAN_ANSWER,
  outcomeJson,
  waitingJson,
  waitingSentence,
} from "../work/result.ts";

/** Why a decision was not taken. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** The answers of a chat by lines, as they come; and that people have to decide something first. */
export class LineAnswers {
  readonly #context: CommandContext;
  readonly #attended: AttendedColony;
  /** Of the newest answer. */
  exitCode: number = EXIT.success;
  /** The next answer waits for a person. */
  #isWaiting = false;
  #startedAt = Date.now();

  constructor(context: CommandContext, attended: AttendedColony) {
    this.#context = context;
    this.#attended = attended;
  }

  /** Something was said: the time until it is answered is counted from now. */
  begin(): void {
    this.#startedAt = Date.now();
  }

  /** Tells answers as they come, until there are no more, or the next one waits for a person. */
  async tellAll(refusal: Refusal | null = null): Promise<void> {
    const { requests } = this.#attended;
    await this.#tellComing(() => requests.next !== undefined);
    if (this.#isWaiting) await this.#tellWaiting(refusal);
  }

  /** Has a person's decision taken, and tells what comes of it. What cannot be taken is said, and still waits. */
  async decide(decision: () => Promise<void>): Promise<void> {
    this.#attended.expectEarlier("was told");
    const refusal = await this.attempt(decision);
    await this.tellAll(refusal);
  }

  /** What goes wrong is said in a sentence. */
  async attempt(act: () => Promise<void>): Promise<Refusal | null> {
    try {
      await act();
      return null;
    } catch (error) {
      if (!(error instanceof ColonyError)) throw error;
      const message = errorWords(error);
      this.#attended.progress.say([`error: ${message}`]);
      return { code: error.code, message };
    }
  }

  /** Nobody says anything any more: what goes on by itself is waited for. The exit code where that is not the answers'. */
  async finish(): Promise<number | undefined> {
    const { colony, progress, exitCode } = this.#attended;
    if (exitCode !== undefined) return exitCode;
    const wasWaiting = this.#isWaiting;
    await this.#tellComing(() => false);
    if (!this.#isWaiting) return this.#attended.exitCode;
    const { settings, talkPaint } = this.#context;
    if (settings.dir.value === MEMORY) {
      progress.say([talkPaint("yellow", NOBODY_CAN_ANSWER)]);
      await this.#attended.stop("nobody could answer");
      await this.#tellComing(() => false);
      return EXIT.failed;
    }
    if (!wasWaiting) await this.#tellWaiting(null);
    progress.say([talkPaint("yellow", waitingSentence(colony.pending(), settings))]);
    return EXIT.waiting;
  }

  async #tellComing(isNeeded: () => boolean): Promise<void> {
    for (;;) {
      const coming = await this.#attended.next(isNeeded);
      this.#isWaiting = coming.kind === "waiting";
      if (coming.kind !== "answer") return;
      this.exitCode = await this.#tell(coming.outcome);
    }
  }

  /** Prints an answer, or why there is none. */
  async #tell(outcome: InputOutcome): Promise<number> {
    const { io, settings } = this.#context;
    this.#attended.progress.clear();
    if (settings.output === "json") await this.#print(outcomeJson(outcome, this.#more()));
    else if (outcome.status === "completed") await write(io.stdout, `${(outcome.text ?? "").trimEnd()}\n`);
    if (outcome.status !== "completed")
      reportError(new ColonyError("execution.failed", failureWords(outcome)), io);
    return exitCodeFor(outcome);
  }

  /** For programs: people are told what waits when it is asked. */
  async #tellWaiting(refusal: Refusal | null): Promise<void> {
    if (this.#context.settings.output !== "json") return;
    await this.#print(waitingJson(this.#attended.colony.pending(), this.#more(), refusal));
  }

  async #print(object: object): Promise<void> {
    await write(this.#context.io.stdout, `${JSON.stringify(object)}\n`);
  }

  /** What stands in every object. */
  #more(): { readonly tally: AttendedColony["tally"]; readonly model: string; readonly durationMs: number } {
    const { tally, modelName: model } = this.#attended;
    return { tally, model, durationMs: Date.now() - this.#startedAt };
  }
}
