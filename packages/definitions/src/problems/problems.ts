import { ColonyError } from "@colony/core";
import { placeOf, type Node, type Path, type Place } from "../tree/node.ts";
import { pathText, problemLine, type Problem } from "./problem.ts";

/** Shorter values are words that stand everywhere. */
const SHORTEST_SECRET = 4;

/** Everything that is found wrong on the way, and what of it must not be shown. */
export class Problems {
  readonly #found: Problem[] = [];
  /** Values of variables, by name. */
  readonly #values = new Map<string, string>();

  /** What a variable has put into a text is never shown, also where somebody else speaks of it. */
  hide(name: string, value: string): void {
    if (value.length >= SHORTEST_SECRET) this.#values.set(name, value);
  }

  /** Values that are not to be shown. */
  get secrets(): readonly string[] {
    return [...this.#values.values()];
  }

  at(place: Place, path: Path, message: string): void {
    const problem = { ...place, path: pathText(path), message: this.#shown(message) };
    // What is wrong already is not wrong once more because of that.
    const isKnown = this.#found.some(
      ({ file, path: known }) => file === problem.file && known === problem.path,
    );
    if (!isKnown || problem.path === "") this.#found.push(problem);
  }

  /** About the value at a path of what was read, or about the nearest thing around it that is there. */
  about(root: Node, path: Path, message: string): void {
    this.at(placeOf(root, path), path, message);
  }

  get count(): number {
    return this.#found.length;
  }

  /** In the order of the files, and of the lines in each. */
  get all(): readonly Problem[] {
    const files = [...new Set(this.#found.map(({ file }) => file))];
    const rank = ({ file, line = 0, column = 0 }: Problem): readonly number[] => [
      files.indexOf(file),
      line,
      column,
    ];
    return this.#found.toSorted((one, other) => {
      const [a, b] = [rank(one), rank(other)];
      const at = a.findIndex((part, index) => part !== b[index]);
      return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
    });
  }

  /** Throws `colony_file.invalid` with all of them, where there are any. */
  throwIfAny(): void {
    const { all } = this;
    const [first] = all;
    if (first === undefined) return;
    const lines = all.map(problemLine);
    const message =
      lines.length === 1
        ? (lines[0] ?? "")
        : `${lines.length} things are wrong:\n${lines.map((line) => `  ${line}`).join("\n")}`;
    throw new ColonyError("colony_file.invalid", message, {
      details: { problems: all.map((problem) => ({ ...problem })) },
    });
  }

  #shown(message: string): string {
    return [...this.#values]
      .toSorted(([, one], [, other]) => other.length - one.length)
      .reduce((shown, [name, value]) => shown.replaceAll(value, `\${${name}}`), message);
  }
}
