/**
 * The words of an answer as they are said: whole lines can be shown at once and stay, the last one is still growing.
 * What was said is not yet recorded; when it is, only what has not been shown is left to show.
 */
export class AnswerText {
  #said = "";
  #shown = 0;

  /** Takes what was just said; returns the lines that are complete now. */
  take(delta: string): readonly string[] {
    this.#said += delta;
    const end = this.#said.lastIndexOf("\n");
    if (end < this.#shown) return [];
    const lines = this.#said.slice(this.#shown, end).split("\n");
    this.#shown = end + 1;
    return lines;
  }

  /** The line that is still growing. */
  get growing(): string {
    return this.#said.slice(this.#shown);
  }

  /** The recorded answer: returns the lines of it that have not been shown, and is ready for the next answer. */
  finish(recorded: string): readonly string[] {
    const shown = this.#said.slice(0, this.#shown);
    this.#clear();
    // Words may have been missed while the screen could not keep up; then all of it is shown again, whole.
    const rest = recorded.startsWith(shown) ? recorded.slice(shown.length) : recorded;
    return rest.trim() === "" ? [] : rest.trimEnd().split("\n");
  }

  /** The answer broke off: returns its last words, and is ready for the next attempt. */
  breakOff(): readonly string[] {
    const { growing } = this;
    const began = this.#said !== "";
    this.#clear();
    return began && growing !== "" ? [growing] : [];
  }

  /** Whether something of it has been said. */
  get hasBegun(): boolean {
    return this.#said !== "";
  }

  #clear(): void {
    this.#said = "";
    this.#shown = 0;
  }
}
