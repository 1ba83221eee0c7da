import type { Path, Place } from "../tree/node.ts";

/** One thing that is wrong with a file. */
export interface Problem extends Place {
  /** Which key it is about, from the top: `workers.coder.limits.toolCalls`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong, with the value and what to give instead. */
  readonly message: string;
}

/** A path as people write it. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const key = String(step);
    const shown = /^[\w-]+$/u.test(key) ? key : JSON.stringify(key);
    return text === "" ? shown : `${text}.${shown}`;
  }, "");
}

/** A problem in one line: where, what about, what. */
export function problemLine({ file, line, column, path, message }: Problem): string {
  const where = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return path === "" ? `${where}: ${message}` : `${where}: ${path} ${message}`;
}
