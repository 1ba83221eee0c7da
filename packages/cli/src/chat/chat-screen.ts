import { textOf, type AgentId, type AgentRecord, type ColonyEvent } from "@colony/core";
import { OVERSEER_ID, type Colony } from "@colony/runtime";
import { workDoneBy } from "../colony/work-done.ts";
import { errorWords } from "../errors/error-words.ts";
import { waitsForDefinition, type KnowsDefinition } from "../colony/known-definitions.ts";
import { AnswerText } from "../live/answer-text.ts";
import { Board } from "../live/board.ts";
import { LineEditor, type Key } from "../live/line-editor.ts";
import { ScreenBlock, type Block, type Screen } from "../live/screen-block.ts";
import { AnswerRows } from "../render/answer-rows.ts";
import { liveRows } from "../render/live-rows.ts";
import { markdownLine } from "../render/markdown-line.ts";
import type { Paint } from "../render/paint.ts";
import { storageWords } from "../render/storage-words.ts";
import { rowsOf, wordRowsOf } from "../render/width.ts";
import { harmless } from "../render/words.ts";
import { workerTable } from "../render/worker-table.ts";
import type { Decision } from "../requests/decision.ts";
import { Requests } from "../requests/requests.ts";
import { recordOf } from "../work/attended-colony.ts";
import { withAdvice } from "../work/result.ts";
import { Talk } from "../work/talk.ts";
import { chatHelp, readChatLine, type ChatCommand } from "./chat-commands.ts";
import type { Typist } from "./keyboard.ts";

const PROMPT = "› ";
/** Where what is typed answers the overseer's question. */
const ANSWER_PROMPT = "answer › ";
const REDRAW_MS = 250;
const MOST_LIVE_ROWS = 8;
const MOST_GROWING_ROWS = 3;
const MOST_TYPED_ROWS = 6;

/** The chat as it is seen: what was said scrolls up, who is at work stands below it, the prompt at the bottom. */
export class ChatScreen implements Typist, Disposable {
  readonly #colony: Colony;
  readonly #knows: KnowsDefinition;
  readonly #output: Screen;
  readonly #paint: Paint;
  readonly #block: ScreenBlock;
  readonly #board: Board;
  readonly #talk: Talk;
  readonly #requests: Requests;
  readonly #editor = new LineEditor();
  readonly #answer = new AnswerText();
  readonly #answerRows = new AnswerRows();
  readonly #closed = Promise.withResolvers<void>();
  readonly #leave: (() => void)[] = [];
  #hint: string | undefined;
  /** The next Ctrl-C leaves. */
  #leavesNext = false;
  #isOver = false;

  constructor({
    colony,
    output,
    paint,
    knows = () => true,
  }: {
    readonly colony: Colony;
    readonly output: Screen;
    readonly paint: Paint;
    /** Default: all definitions are here. */
    readonly knows?: KnowsDefinition;
  }) {
    this.#colony = colony;
    this.#knows = knows;
    this.#output = output;
    this.#paint = paint;
    this.#block = new ScreenBlock(output);
    this.#board = new Board(colony, knows);
    const told = {
      columns: () => this.#columns,
      paint,
      recordOf: (id: AgentId) => recordOf(colony, id),
    };
    this.#talk = new Talk({ ...told, beginnings: "shown elsewhere", overseer: "shown elsewhere" });
    this.#requests = new Requests({ ...told, colony, place: "chat" });
    const events = colony.events$.subscribe((event) => this.#onEvent(event));
    const pulses = colony.pulses({ types: ["text"], agentId: OVERSEER_ID }).subscribe((pulse) => {
      if (pulse.type === "text") this.#say(this.#answer.take(pulse.delta));
    });
    const storage = colony.storage$.subscribe((state) =>
      this.#print(wordRowsOf(`! ${storageWords(state)}`, this.#columns).map((row) => paint("yellow", row))),
    );
    const timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#leave.push(
      () => events.unsubscribe(),
      () => pulses.unsubscribe(),
      () => storage.unsubscribe(),
      () => clearInterval(timer),
    );
  }

  /** Resolves when the person leaves. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get isBusy(): boolean {
    return this.#board.isBusy;
  }

  /** The first lines, and what waits already. */
  welcome(lines: readonly string[]): void {
    const waiting = this.#requests.all.length === 0 ? [] : [...this.#requests.list(), ""];
    this.#print([...lines.flatMap((line) => wordRowsOf(line, this.#columns)), "", ...waiting]);
  }

  /** Tells of what has happened before anybody listened. */
  tell(events: readonly ColonyEvent[]): void {
    this.#print(events.flatMap((event) => this.#talk.take(event)));
  }

  press(typed: string | undefined, key: Key): void {
    if (this.#isOver) return;
    const outcome = this.#editor.press(typed, key);
    // Whoever goes on typing does not mean to leave with the next Ctrl-C.
    if (outcome.kind !== "interrupted") this.#stay();
    if (outcome.kind === "submitted") this.#submit(outcome.text);
    if (outcome.kind === "interrupted") this.interrupt();
    if (outcome.kind === "left") this.#closed.resolve();
    this.#draw();
  }

  /** Ctrl-C: stops what is at work, or waits; where nothing runs, clears what is typed first; the second time leaves. */
  interrupt(): void {
    if (this.#leavesNext) return this.#closed.resolve();
    if (!this.#board.isAtWork && this.#editor.text !== "") this.#editor.clear();
    else {
      this.#leavesNext = true;
      this.#hint = "press Ctrl-C again to leave";
      if (this.#board.isBusy) return this.#stop();
    }
    this.#draw();
  }

  #stay(): void {
    this.#leavesNext = false;
    this.#hint = undefined;
  }

  resized(): void {
    this.#draw();
  }

  hangUp(): void {
    this.#closed.resolve();
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    for (const leave of this.#leave) leave();
    this.#block.clear();
    this.#isOver = true;
  }

  #submit(line: string): void {
    const read = readChatLine(line);
    if (read.kind === "nothing") return;
    this.#print(["", ...this.#typed(line)]);
    if (read.kind === "decision") this.#attempt(this.#decide(read.decision));
    if (read.kind === "slip") this.#print([this.#paint("yellow", read.words)]);
    if (read.kind === "command") this.#obey(read.command);
    if (read.kind !== "message") return;
    if (this.#requests.next !== undefined) return this.#attempt(this.#requests.answerNext(read.text));
    this.#talk.expect(read.text);
    this.#attempt(this.#colony.inject(read.text));
  }

  async #decide(decision: Decision): Promise<void> {
    this.#print(await this.#requests.decide(decision));
  }

  get #prompt(): string {
    return this.#requests.next === undefined ? PROMPT : ANSWER_PROMPT;
  }

  #obey(command: ChatCommand): void {
    switch (command) {
      case "/help":
        return this.#print(chatHelp().flatMap((line) => wordRowsOf(line, this.#columns)));
      case "/workers":
        return this.#attempt(this.#listWorkers());
      case "/stop":
        return this.#board.isBusy ? this.#stop() : this.#print(["nothing is at work"]);
      case "/quit":
        return this.#closed.resolve();
    }
  }

  async #listWorkers(): Promise<void> {
    const now = Date.now();
    const work = await workDoneBy(this.#colony, now);
    const workers = this.#colony
      .agents()
      .filter(({ kind, dismissed }) => kind === "worker" && dismissed !== true);
    const isMissing = (record: AgentRecord): boolean => waitsForDefinition(record, this.#knows);
    const place = { now, work, width: this.#columns, paint: this.#paint, isMissing };
    this.#print(workers.length === 0 ? ["there are no workers yet"] : workerTable(workers, place));
  }

  #stop(): void {
    this.#print([this.#paint("yellow", "stopping everything that is at work")]);
    this.#attempt(this.#colony.stop({ reason: "stopped in the chat" }));
  }

  /** What goes wrong is said, and the chat goes on. */
  #attempt(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#print([this.#paint("red", `error: ${errorWords(error)}`)]));
  }

  #onEvent(event: ColonyEvent): void {
    this.#board.take(event);
    this.#print([...this.#talk.take(event), ...this.#requests.take(event)]);
    if (event.agentId !== OVERSEER_ID) return;
    if (event.type === "MESSAGE_APPENDED" && event.data.message.role === "assistant") {
      const lines = this.#answer.finish(textOf(event.data.message));
      this.#say(lines);
      this.#answerRows.end();
    }
    if (event.type === "MODEL_CALL_FAILED" && this.#answer.hasBegun)
      this.#print([...this.#answer.breakOff(), this.#paint("yellow", "! the answer broke off here")]);
    if (
      event.type === "EXECUTION_FAILED" ||
      event.type === "EXECUTION_TIMED_OUT" ||
      event.type === "EXECUTION_LOST"
    )
      this.#print([
        this.#paint(
          "red",
          `error: ${harmless(withAdvice(event.data.error?.message ?? "the overseer could not answer"))}`,
        ),
      ]);
    if (event.type === "EXECUTION_CANCELLED") {
      const words = event.data.cause === "superseded" ? "interrupted by what was said since" : "stopped";
      this.#print([this.#paint("yellow", words)]);
    }
    this.#draw();
  }

  #say(lines: readonly string[]): void {
    const rows = lines.flatMap((line) => {
      const shown = markdownLine(harmless(line), this.#paint);
      return this.#answerRows.of(line, { columns: this.#columns, shown });
    });
    this.#print(rows);
  }

  #print(lines: readonly string[]): void {
    if (this.#isOver || lines.length === 0) return;
    this.#block.print(lines, this.#view());
  }

  #draw(): void {
    if (!this.#isOver) this.#block.draw(this.#view());
  }

  #typed(line: string): readonly string[] {
    return rowsOf(`${this.#prompt}${line}`, this.#columns).map((row) => this.#paint("bold", row));
  }

  #view(): Block {
    const columns = this.#columns;
    const room = Math.max(3, (this.#output.rows ?? 24) - 2);
    const typed = this.#editor.view(this.#prompt, { columns, most: Math.min(MOST_TYPED_ROWS, room - 2) });
    const growing = harmless(this.#answer.growing);
    const words = growing === "" ? [] : rowsOf(growing, columns).slice(-MOST_GROWING_ROWS);
    const live = liveRows(this.#board.now, {
      now: Date.now(),
      columns,
      rows: Math.max(1, Math.min(MOST_LIVE_ROWS, room - typed.rows.length - words.length - 1)),
      paint: this.#paint,
    });
    const hint = this.#hint === undefined ? [] : [this.#paint("dim", this.#hint)];
    const above = [...words, ...live, ...hint];
    return {
      rows: [...above, ...typed.rows],
      cursor: { row: above.length + typed.cursor.row, column: typed.cursor.column },
    };
  }

  get #columns(): number {
    return Math.max(20, (this.#output.columns ?? 80) - 1);
  }
}
