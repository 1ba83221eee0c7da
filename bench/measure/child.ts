import { spawn } from "node:child_process";
import { join } from "node:path";

/** What a program printed on its first line, and how long after its start. */
export interface Answered {
  readonly line: string;
  readonly wallMs: number;
}

/** What else there is to say of such a program. */
export interface ChildOptions {
  /** What it prints on standard error: shown as it comes, or kept for the error that tells of its failure. */
  readonly noise?: "shown" | "kept";
  /** It is killed after so many milliseconds. Default five minutes. */
  readonly timeoutMs?: number;
  /** What its environment has beside ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program of `child/` in a process of its own, to its end. Rejects where it fails. */
export async function runChild(
  name: string,
  args: readonly string[] = [],
  options: ChildOptions = {},
): Promise<Answered> {
  return await runProgram([join(import.meta.dirname, "..", "child", `${name}.ts`), ...args], options);
}

/** Runs any program of Node's in a process of its own, to its end: its path and its arguments. Rejects where it fails. */
export async function runProgram(
  [program = "", ...args]: readonly string[],
  { noise = "shown", timeoutMs = 300_000, env = {} }: ChildOptions = {},
): Promise<Answered> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", noise === "kept" ? "pipe" : "inherit"],
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  let [printed, said] = ["", ""];
  let wallMs: number | undefined;
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    wallMs ??= performance.now() - startedAt;
    printed += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (said = (said + text).slice(-10_000)));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  const status = await promise;
  if (status !== 0 || wallMs === undefined)
    throw new Error(`${program} ended with ${status} after "${printed}" ${said}`.trim());
  return { line: printed.split("\n")[0] ?? "", wallMs };
}
