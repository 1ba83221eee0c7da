import { ColonyError, isEnded, type AgentId, type AgentRecord } from "@colony/core";
import type { Colony, InputOutcome, Receipt } from "@colony/runtime";
import { storageWords } from "../render/storage-words.ts";
import type { Subscription } from "./subscription.ts";
import { unfinishedWords } from "../colony/unfinished.ts";
import { openWithSettings } from "../colony/open-with-settings.ts";
import { definitionsFor } from "../definitions/definitions-for.ts";
import { errorWords } from "../errors/error-words.ts";
import { EXIT } from "../errors/exit-code.ts";
import type { Io } from "../io/io.ts";
import { Board } from "../live/board.ts";
import type { Paint } from "../render/paint.ts";
import type { Settings } from "../settings/settings.ts";
import { listenToSignals } from "./interrupts.ts";
import { leavingWords, leftBehindWords } from "./leaving.ts";
import { liveProgress, plainProgress, type Progress } from "./progress.ts";
import { Talk } from "./talk.ts";
import { Tally } from "./tally.ts";

/** What is needed to open a colony and stay with it. */
export interface Attendance {
  readonly io: Io;
  readonly settings: Settings;
  /** For standard error. */
  readonly paint: Paint;
  /** What Ctrl-C does: `stop` calls off everything, `leave` lets it go on the next time. */
  readonly onInterrupt: "stop" | "leave";
}

/** An open colony with somebody who tells what happens in it, and heeds signals. */
export class AttendedColony implements AsyncDisposable {
  readonly colony: Colony;
  readonly modelName: string;
  readonly progress: Progress;
  readonly tally = new Tally();
  /** Whether an earlier process left work that goes on now. */
  readonly isContinuing: boolean;
  readonly #talk: Talk;
  readonly #signals: Disposable;
  readonly #subscriptions: readonly Subscription[];
  readonly #stop = new AbortController();
  #exitCode: number | undefined;
  #stopping: Promise<void> = Promise.resolve();
  #asked: Promise<Receipt> | undefined;

  /** Opens it, and says with which model, and what goes on from before. */
  static async open(attendance: Attendance): Promise<AttendedColony> {
    const { io, settings, paint } = attendance;
    const { options, modelName, notices } = await definitionsFor(settings, io);
    for (const notice of notices) io.stderr.write(`${paint("dim", notice)}\n`);
    return new AttendedColony(await openWithSettings(settings, options), modelName, attendance);
  }

  private constructor(colony: Colony, modelName: string, { io, settings, paint, onInterrupt }: Attendance) {
    this.colony = colony;
    this.modelName = modelName;
    const board = new Board(colony);
    const isLive = io.stderr.isTTY && io.env["TERM"] !== "dumb";
    this.progress = isLive ? liveProgress(io.stderr, { board, paint }) : plainProgress(io.stderr);
    this.#talk = new Talk({
      columns: () => this.progress.columns(),
      paint,
      recordOf: (id) => recordOf(colony, id),
      beginnings: isLive ? "shown elsewhere" : "told",
      overseer: "told",
    });
    const continuing = colony.state.blocks.length > 0 ? undefined : unfinishedWords(colony.agents());
    this.isContinuing = continuing !== undefined;
    if (continuing !== undefined) this.progress.say([paint("yellow", continuing)]);
    const events = colony.events$.subscribe((event) => {
      board.take(event);
      this.tally.take(event);
      const lines = this.#talk.take(event);
      if (lines.length > 0) this.progress.say(lines);
    });
    const storage = colony.storage$.subscribe((state) =>
      this.progress.say([paint("yellow", `! ${storageWords(state)}`)]),
    );
    this.#subscriptions = [events, storage];
    const interrupted = (): void => {
      this.progress.say([paint("yellow", "stopping; press Ctrl-C again to leave at once")]);
      this.#leave(EXIT.cancelled, async () => {
        await this.stop("Ctrl-C");
        await this.#takeBack();
        await colony.idle();
      });
    };
    const terminated = (): void => {
      this.progress.say([paint("yellow", leavingWords(colony.agents(), settings))]);
      this.#leave(EXIT.success, async () => {
        await colony.close();
        const left = leftBehindWords(colony.agents(), settings);
        if (left !== undefined) this.progress.say([paint("yellow", left)]);
      });
    };
    this.#signals = listenToSignals(onInterrupt === "stop" ? { interrupted, terminated } : { terminated });
  }

  /** Set once a signal has called everything off. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Aborts once everything that a signal has set going is done. */
  get left(): AbortSignal {
    return this.#stop.signal;
  }

  /** Says something to the overseer and waits for how it ends; undefined when a signal came first. */
  async ask(text: string): Promise<InputOutcome | undefined> {
    return await this.#orStopped(this.#answered(text));
  }

  /** Stops everything. One that cannot be stored yet has stopped it all the same, which is said. */
  async stop(reason: string): Promise<void> {
    try {
      await this.colony.stop({ reason });
    } catch (error) {
      if (!(error instanceof ColonyError) || error.details["kept"] !== true) throw error;
      this.progress.say([`error: ${errorWords(error)}`]);
    }
  }

  /** Waits until nothing is at work, and returns the overseer's last answer; undefined when a signal came first. */
  async finishEarlierWork(): Promise<InputOutcome | undefined> {
    const idle = this.colony.idle({ signal: this.#stop.signal });
    if ((await this.#orStopped(idle.then(() => "idle"))) === undefined) return undefined;
    const { record, execution } = await this.colony.overseer.state();
    const summary = record.execution;
    if (summary === null || execution === null || !isEnded(summary.status)) return undefined;
    const { id, status, cause } = summary;
    return { status, cause, text: execution.output, error: execution.error, executionId: id };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopping;
    this.#signals[Symbol.dispose]();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.progress.end();
    await this.colony.close();
  }

  async #answered(text: string): Promise<InputOutcome> {
    this.#talk.expect(text);
    this.#asked = this.colony.inject(text);
    const receipt = await this.#asked;
    return await receipt.outcome({ signal: this.#stop.signal });
  }

  /** What was asked and still waits for its turn is not done later either. */
  async #takeBack(): Promise<void> {
    try {
      await (await this.#asked)?.withdraw({ reason: "Ctrl-C" });
    } catch (error) {
      this.progress.say([`error: ${errorWords(error)}`]);
    }
  }

  async #orStopped<T>(waiting: Promise<T>): Promise<T | undefined> {
    try {
      const value = await waiting;
      return this.#exitCode === undefined ? value : undefined;
    } catch (error) {
      if (this.#exitCode !== undefined) return undefined;
      throw error;
    } finally {
      await this.#stopping;
    }
  }

  #leave(exitCode: number, stop: () => Promise<void>): void {
    this.#exitCode = exitCode;
    this.#stopping = stop().finally(() => this.#stop.abort());
  }
}

/** The record of an agent, where there is one with that id. */
export function recordOf(colony: Colony, id: AgentId): AgentRecord | undefined {
  try {
    return colony.agent(id).record;
  } catch {
    return undefined;
  }
}
