import { textOf, type AgentId, type AgentRecord, type ColonyEvent, type EventOf } from "@colony/core";
import { agentName } from "../render/agent-words.ts";
import { PLAIN, type Paint } from "../render/paint.ts";
import { reportLine } from "../render/report-lines.ts";
import { triggerWords } from "../render/trigger-words.ts";
import { duration } from "../render/units.ts";
import { clip, wordRowsOf } from "../render/width.ts";
import { harmless, onOneLine } from "../render/words.ts";

/** How a talk is held. */
export interface TalkOptions {
  /** Columns that one line may take; infinite where lines are not shown on a terminal. */
  readonly columns: () => number;
  readonly paint?: Paint;
  /** The record of an agent, for its name. */
  readonly recordOf: (id: AgentId) => AgentRecord | undefined;
  /** Whether workers that begin are announced: where no live lines show them. */
  readonly beginnings: "told" | "shown elsewhere";
  /** Whether the overseer's words are said here. Its last ones are held back: they are the answer. */
  readonly overseer: "told" | "shown elsewhere";
}

/** What is said while work goes on: from each event the lines that a person wants to read, mostly none. */
export class Talk {
  readonly #options: TalkOptions;
  readonly #paint: Paint;
  /** What was said here and has not been received yet. */
  readonly #own: string[] = [];
  #held: string | undefined;
  #failure: { readonly agentId: AgentId; readonly message: string } | undefined;

  constructor(options: TalkOptions) {
    this.#options = options;
    this.#paint = options.paint ?? PLAIN;
  }

  take(event: ColonyEvent): readonly string[] {
    const paint = this.#paint;
    switch (event.type) {
      case "EXECUTION_STARTED":
        if (this.#options.beginnings !== "told" || this.#isOverseer(event.agentId)) return [];
        return [
          `${paint("cyan", "▸")} ${this.#name(event.agentId)}${event.data.attempt > 1 ? ", going on" : ""}`,
        ];
      case "INPUT_RECEIVED":
        // The answer that was held back has been given by now.
        if (this.#isOverseer(event.agentId)) this.#held = undefined;
        return this.#sentFromElsewhere(event);
      case "SUBAGENT_REPORT":
        return [reportLine(event.data, { columns: this.#options.columns(), paint })];
      case "MESSAGE_APPENDED":
        return this.#message(event);
      case "MODEL_CALL_FAILED":
        this.#failure = { agentId: event.agentId, message: event.data.error.message };
        return [];
      case "MODEL_RETRY_SCHEDULED":
        return this.#retry(event.data.notBefore - event.at);
      case "TOOL_OUTCOME_UNKNOWN":
        return [
          this.#warning(
            `${this.#name(event.agentId)}: ${event.data.name} was cut off, and nobody knows whether it took effect`,
          ),
        ];
      case "LETTER_REFUSED":
        return wordRowsOf(
          `! what was sent from elsewhere was refused: ${onOneLine(event.data.message)}`,
          this.#options.columns(),
        ).map((row) => paint("yellow", row));
      case "INPUT_DISCARDED":
        return [this.#warning(`an input was not delivered: ${event.data.reason}`)];
      case "TRIGGER_FIRED":
      case "TRIGGER_MISSED":
      case "TRIGGER_FAILED":
        return [this.#trigger(event)];
      case "EXECUTION_WRAP_UP_REQUESTED":
        return [
          this.#warning(
            `${this.#name(event.agentId)} was asked to come to an end (${event.data.reason ?? `${event.data.limit.replace("_", " ")} limit`})`,
          ),
        ];
      default:
        return [];
    }
  }

  /** What is said here is on its way: it stands before the eyes of who has said it already. */
  expect(text: string): void {
    this.#own.push(text);
  }

  /** What another process has sent on a person's behalf. */
  #sentFromElsewhere({ agentId, data }: EventOf<"INPUT_RECEIVED">): readonly string[] {
    const own = this.#own.indexOf(data.text);
    if (own >= 0) this.#own.splice(own, 1);
    if (own >= 0 || data.from !== "user") return [];
    const to = this.#isOverseer(agentId) ? "" : ` to ${this.#name(agentId)}`;
    const words = clip(`sent from elsewhere${to}: ${onOneLine(data.text)}`, this.#options.columns());
    return [this.#paint("bold", harmless(words))];
  }

  #message({
    agentId,
    data: { message },
  }: Extract<ColonyEvent, { type: "MESSAGE_APPENDED" }>): readonly string[] {
    if (message.role !== "assistant" || !this.#isOverseer(agentId) || this.#options.overseer !== "told")
      return [];
    const text = textOf(message).trim();
    if (text === "") return [];
    const earlier = this.#held;
    const isAnswer = message.parts.every(({ type }) => type !== "tool-call");
    this.#held = isAnswer ? text : undefined;
    return [...(earlier === undefined ? [] : linesOf(earlier)), ...(isAnswer ? [] : linesOf(text))];
  }

  #trigger(event: EventOf<"TRIGGER_FIRED"> | EventOf<"TRIGGER_MISSED"> | EventOf<"TRIGGER_FAILED">): string {
    const words = triggerWords(event);
    if (event.type === "TRIGGER_FAILED") return this.#warning(words);
    return this.#paint("dim", clip(harmless(words), this.#options.columns()));
  }

  #retry(ms: number): readonly string[] {
    const failure = this.#failure;
    if (failure === undefined) return [];
    this.#failure = undefined;
    const who = this.#isOverseer(failure.agentId) ? "" : `${this.#name(failure.agentId)}: `;
    return [this.#warning(`${who}asking again in ${duration(ms)}: ${onOneLine(failure.message)}`)];
  }

  #warning(text: string): string {
    return this.#paint("yellow", clip(`! ${harmless(text)}`, this.#options.columns()));
  }

  #isOverseer(id: AgentId): boolean {
    return this.#options.recordOf(id)?.kind === "overseer";
  }

  #name(id: AgentId): string {
    const record = this.#options.recordOf(id);
    return record === undefined ? id : agentName(record);
  }
}

function linesOf(text: string): readonly string[] {
  return harmless(text).split("\n");
}
