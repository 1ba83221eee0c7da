import { ColonyError, type AgentId, type AgentRecord } from "@colony/core";
import type { Colony } from "@colony/runtime";
import { tell } from "../io/tell.ts";
import { storageWords } from "../render/storage-words.ts";
import type { Subscription } from "./subscription.ts";
import { unfinishedWords } from "../colony/unfinished.ts";
import { knownIn, missingWords, type KnowsDefinition } from "../colony/known-definitions.ts";
import { openWithSettings } from "../colony/open-with-settings.ts";
import { refuseFile } from "../colony/refuse-file.ts";
import { definitionsFor } from "../definitions/definitions-for.ts";
import { errorWords, lossWords } from "../errors/error-words.ts";
import { EXIT } from "../errors/exit-code.ts";
import type { Io } from "../io/io.ts";
import { Board } from "../live/board.ts";
import type { Paint } from "../render/paint.ts";
import type { Settings } from "../settings/settings.ts";
import { listenToSignals } from "./interrupts.ts";
import { leavingWords, leftBehindWords } from "./leaving.ts";
import { liveProgress, plainProgress, type Progress } from "./progress.ts";
import { OpenInputs, type Coming } from "./open-inputs.ts";
import { Requests, type DecidingPlace } from "../requests/requests.ts";
import { refusedAtOpening } from "./refused-letters.ts";
import { Talk } from "./talk.ts";
import { Tally } from "./tally.ts";

const NOTHING: Coming = { kind: "nothing" };

/** What is needed to open a colony and stay with it. */
export interface Attendance {
  readonly io: Io;
  readonly settings: Settings;
  /** For standard error. */
  readonly paint: Paint;
  /** What Ctrl-C does: `stop` calls off everything, `leave` lets it go on the next time. */
  readonly onInterrupt: "stop" | "leave";
  /** Where nobody reads standard output any more: the colony is closed, or all goes on. */
  readonly onLostOutput: "leave" | "go on";
  /** Where a person decides what waits for them. Default: at the command line, in another process. */
  readonly place?: DecidingPlace;
}

/** An open colony with somebody who tells what happens in it, and heeds signals. */
export class AttendedColony implements AsyncDisposable {
  readonly colony: Colony;
  readonly modelName: string;
  /** Whose definitions are here. */
  readonly knows: KnowsDefinition;
  readonly progress: Progress;
  readonly tally = new Tally();
  /** Whether an earlier process left work that goes on now. */
  readonly isContinuing: boolean;
  /** What waits for a person. */
  readonly requests: Requests;
  readonly #inputs: OpenInputs;
  readonly #talk: Talk;
  readonly #signals: Disposable;
  readonly #subscriptions: readonly Subscription[];
  readonly #stop = new AbortController();
  #exitCode: number | undefined;
  #stopping: Promise<void> = Promise.resolve();

  /** Opens it, and says with which model, and what goes on from before. */
  static async open(attendance: Attendance): Promise<AttendedColony> {
    const { io, settings, paint } = attendance;
    await refuseFile(settings.dir.value);
    const { options, modelName, notices } = await definitionsFor(settings, io);
    const colony = await openWithSettings(settings, options);
    for (const notice of notices) tell(io.stderr, paint("dim", notice));
    const attended = new AttendedColony(colony, { modelName, knows: knownIn(options) }, attendance);
    await attended.#tellRefused();
    return attended;
  }

  private constructor(
    colony: Colony,
    { modelName, knows }: { readonly modelName: string; readonly knows: KnowsDefinition },
    attendance: Attendance,
  ) {
    const { io, settings, paint, onInterrupt, onLostOutput, place = "command line" } = attendance;
    this.colony = colony;
    this.modelName = modelName;
    this.knows = knows;
    const board = new Board(colony, knows);
    const isLive = io.stderr.isTTY && io.env["TERM"] !== "dumb";
    this.progress = isLive ? liveProgress(io.stderr, { board, paint }) : plainProgress(io.stderr);
    const columns = (): number => this.progress.columns();
    const named = (id: AgentId): AgentRecord | undefined => recordOf(colony, id);
    this.#inputs = new OpenInputs(colony, this.#stop.signal);
    this.requests = new Requests({ colony, place, columns, paint, recordOf: named });
    this.#talk = new Talk({
      columns,
      paint,
      recordOf: named,
      beginnings: isLive ? "shown elsewhere" : "told",
      overseer: "told",
    });
    const continuing =
      colony.state.blocks.length > 0 ? undefined : unfinishedWords(colony.agents().filter(knows));
    this.isContinuing = continuing !== undefined;
    if (continuing !== undefined) this.progress.say([paint("yellow", continuing)]);
    const missing = missingWords(colony.agents(), knows);
    if (missing !== undefined) this.progress.say([paint("yellow", missing)]);
    const events = colony.events$.subscribe((event) => {
      board.take(event);
      this.tally.take(event);
      const lines = [...this.#talk.take(event), ...this.requests.take(event)];
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
    const terminated = (exitCode: number): void => {
      const { loss } = io.output;
      const why = loss === undefined || onLostOutput === "go on" ? "" : `${lossWords(loss)}: `;
      this.progress.say([paint("yellow", `${why}${leavingWords(colony.agents(), settings)}`)]);
      this.#leave(exitCode, async () => {
        await colony.close();
        const left = leftBehindWords(colony.agents(), settings, { knows, blocks: colony.state.blocks });
        if (left !== undefined) this.progress.say([paint("yellow", left)]);
      });
    };
    this.#signals = listenToSignals(
      onInterrupt === "stop" ? { interrupted, terminated } : { terminated },
      onLostOutput === "leave" ? io.output : undefined,
    );
  }

  /** Set once a signal has called everything off. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Aborts once everything that a signal has set going is done. */
  get left(): AbortSignal {
    return this.#stop.signal;
  }

  /** Says something to the overseer, and waits as `next` does. */
  async ask(text: string): Promise<Coming> {
    return await this.#orStopped(async () => {
      await this.#say(text);
      return await this.#inputs.next();
    });
  }

  /** Says something to the overseer; `next` has the answer. */
  async say(text: string): Promise<void> {
    await this.#orStopped(async () => {
      await this.#say(text);
      return NOTHING;
    });
  }

  /**
   * Waits for the next answer to what was said. Where that waits for people and nothing else goes on, or they are needed in
   * another way, they are what comes; nothing does where nothing was said, or a signal came first.
   */
  async next(isNeeded?: () => boolean): Promise<Coming> {
    return await this.#orStopped(() => this.#inputs.next(isNeeded));
  }

  /** The overseer goes on with what was asked before: its next answer comes as well, or its newest where nothing is to come. */
  expectEarlier(newest: "is told" | "was told"): void {
    this.#inputs.expectEarlier({ newest });
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopping;
    this.#signals[Symbol.dispose]();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.progress.end();
    await this.colony.close();
  }

  async #tellRefused(): Promise<void> {
    const lines = (await refusedAtOpening(this.colony)).flatMap((event) => this.#talk.take(event));
    if (lines.length > 0) this.progress.say(lines);
  }

  async #say(text: string): Promise<void> {
    this.#talk.expect(text);
    await this.#inputs.say(text);
  }

  async #takeBack(): Promise<void> {
    try {
      await this.#inputs.takeBack("Ctrl-C");
    } catch (error) {
      this.progress.say([`error: ${errorWords(error)}`]);
    }
  }

  async #orStopped(wait: () => Promise<Coming>): Promise<Coming> {
    try {
      const coming = await wait();
      return this.#exitCode === undefined ? coming : NOTHING;
    } catch (error) {
      if (this.#exitCode !== undefined) return NOTHING;
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
