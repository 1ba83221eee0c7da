import { spawn } from "node:child_process";
import { join } from "node:path";

/** What a program in `child/` printed on its first line, and how long after its start. */
export interface Answered {
  readonly line: string;
  readonly wallMs: number;
}

/** Runs a program of `child/` in a process of its own, to its end. Rejects where it fails. */
export async function runChild(name: string, args: readonly string[] = []): Promise<Answered> {
  const program = join(import.meta.dirname, "..", "child", `${name}.ts`);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  let wallMs: number | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    wallMs ??= performance.now() - startedAt;
    printed += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", resolve);
  const status = await promise;
  if (status !== 0 || wallMs === undefined)
    throw new Error(`child/${name}.ts ended with ${status} after "${printed}"`);
  return { line: printed.split("\n")[0] ?? "", wallMs };
}
