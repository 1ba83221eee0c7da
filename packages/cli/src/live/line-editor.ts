import { graphemesOf, rowsOf, widthOf } from "../render/width.ts";

/** A key as `node:readline` tells it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

/** What a key amounts to, beyond a change of what is being typed. */
export type KeyOutcome =
  | { readonly kind: "edited" }
  | { readonly kind: "submitted"; readonly text: string }
  | { readonly kind: "interrupted" }
  | { readonly kind: "left" };

const EDITED: KeyOutcome = { kind: "edited" };

/** One line of input with a cursor and a history. It knows keys and words, no terminal. */
export class LineEditor {
  #before: readonly string[] = [];
  #after: readonly string[] = [];
  #history: string[] = [];
  /** Place in the history; its length means what is being typed now. */
  #place = 0;
  #draft = "";
  #isPasting = false;

  get text(): string {
    return [...this.#before, ...this.#after].join("");
  }

  /** Takes a key and says what it amounts to. */
  press(typed: string | undefined, key: Key): KeyOutcome {
    const { name = "", ctrl = false, meta = false } = key;
    if (name === "paste-start" || name === "paste-end") {
      this.#isPasting = name === "paste-start";
      return EDITED;
    }
    if (name === "return" || name === "enter") return this.#isPasting ? this.#insert(" ") : this.#submit();
    if (ctrl) return this.#control(name);
    if (meta) return this.#word(name);
    return this.#move(name) ?? this.#insert(typed ?? "");
  }

  /** Forgets what is being typed. */
  clear(): void {
    this.#set("");
  }

  /** Rows to show behind a prompt, the cursor's place among them, at most `most` rows: those around the cursor. */
  view(
    prompt: string,
    place: { readonly columns: number; readonly most: number },
  ): {
    readonly rows: readonly string[];
    readonly cursor: { readonly row: number; readonly column: number };
  } {
    const { columns, most } = place;
    const before = rowsOf(prompt + this.#before.join(""), columns);
    const all = rowsOf(prompt + this.text, columns);
    const row = before.length - 1;
    const column = widthOf(before.at(-1) ?? "");
    const first = Math.max(0, Math.min(row - most + 1, all.length - most));
    return {
      rows: all.slice(first, first + most),
      cursor: { row: row - first, column: Math.min(column, columns) },
    };
  }

  #submit(): KeyOutcome {
    const { text } = this;
    if (text.trim() !== "" && this.#history.at(-1) !== text) this.#history.push(text);
    this.#place = this.#history.length;
    this.#set("");
    return { kind: "submitted", text };
  }

  #control(name: string): KeyOutcome {
    switch (name) {
      case "c":
        return { kind: "interrupted" };
      case "d":
        if (this.text === "") return { kind: "left" };
        this.#after = this.#after.slice(1);
        break;
      case "a":
        this.#at(0);
        break;
      case "e":
        this.#at(Number.POSITIVE_INFINITY);
        break;
      case "u":
        this.#before = [];
        break;
      case "k":
        this.#after = [];
        break;
      case "w":
        this.#before = this.#before.slice(0, this.#wordStart());
        break;
      case "left":
        this.#at(this.#wordStart());
        break;
      case "right":
        this.#at(this.#wordEnd());
        break;
      case "p":
        return this.#recall(-1);
      case "n":
        return this.#recall(1);
      default:
        break;
    }
    return EDITED;
  }

  #word(name: string): KeyOutcome {
    if (name === "b" || name === "left") this.#at(this.#wordStart());
    if (name === "f" || name === "right") this.#at(this.#wordEnd());
    if (name === "backspace") this.#before = this.#before.slice(0, this.#wordStart());
    return EDITED;
  }

  #move(name: string): KeyOutcome | undefined {
    switch (name) {
      case "left":
        this.#at(this.#before.length - 1);
        return EDITED;
      case "right":
        this.#at(this.#before.length + 1);
        return EDITED;
      case "home":
        this.#at(0);
        return EDITED;
      case "end":
        this.#at(Number.POSITIVE_INFINITY);
        return EDITED;
      case "up":
        return this.#recall(-1);
      case "down":
        return this.#recall(1);
      case "backspace":
        this.#before = this.#before.slice(0, -1);
        return EDITED;
      case "delete":
        this.#after = this.#after.slice(1);
        return EDITED;
      default:
        return undefined;
    }
  }

  /** Keys that write nothing (escape, function keys) leave the text as it is. */
  #insert(typed: string): KeyOutcome {
    const visible = typed.replaceAll("\t", " ").replaceAll(/\p{Cc}/gu, "");
    if (visible !== "") this.#before = graphemesOf(this.#before.join("") + visible);
    return EDITED;
  }

  #at(index: number): void {
    const all = [...this.#before, ...this.#after];
    const place = Math.max(0, Math.min(all.length, index));
    this.#before = all.slice(0, place);
    this.#after = all.slice(place);
  }

  #wordStart(): number {
    let place = this.#before.length;
    while (place > 0 && this.#before[place - 1]?.trim() === "") place -= 1;
    while (place > 0 && this.#before[place - 1]?.trim() !== "") place -= 1;
    return place;
  }

  #wordEnd(): number {
    let steps = 0;
    while (steps < this.#after.length && this.#after[steps]?.trim() === "") steps += 1;
    while (steps < this.#after.length && this.#after[steps]?.trim() !== "") steps += 1;
    return this.#before.length + steps;
  }

  #recall(direction: -1 | 1): KeyOutcome {
    const place = this.#place + direction;
    if (place < 0 || place > this.#history.length) return EDITED;
    if (this.#place === this.#history.length) this.#draft = this.text;
    this.#place = place;
    this.#set(this.#history[place] ?? this.#draft);
    return EDITED;
  }

  #set(text: string): void {
    this.#before = graphemesOf(text);
    this.#after = [];
  }
}
