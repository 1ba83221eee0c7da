import { ColonyError } from "@colony/core";

/** What was typed behind a command, taken apart. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #flags: ReadonlySet<string>;
  readonly #texts: ReadonlyMap<string, string>;

  constructor(typed: {
    readonly positionals?: readonly string[];
    readonly flags?: Iterable<string>;
    readonly texts?: Iterable<readonly [string, string]>;
  }) {
    this.positionals = typed.positionals ?? [];
    this.#flags = new Set(typed.flags);
    this.#texts = new Map(typed.texts);
  }

  flag(name: string): boolean {
    return this.#flags.has(name);
  }

  text(name: string): string | undefined {
    return this.#texts.get(name);
  }

  /** A whole number from 0. Throws `usage.invalid`. */
  count(name: string): number | undefined {
    const text = this.#texts.get(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,15}$/u.test(text))
      throw new ColonyError(
        "usage.invalid",
        `--${name} is "${text}"; give a whole number, as in --${name} 20`,
      );
    return Number(text);
  }

  /** Values that stand behind one another with commas between; undefined where the option was not given. */
  list(name: string): readonly string[] | undefined {
    const text = this.#texts.get(name);
    if (text === undefined) return undefined;
    return text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  }
}
