import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A server in a process of its own, so that its work is not counted as ours. */
export interface RunningServer extends AsyncDisposable {
  /** Where an OpenAI-compatible client is pointed at. */
  readonly url: string;
}

/** Starts `child/chat-server.ts`; it ends when this is disposed of, and also when this process is gone. */
export async function openChatServer(): Promise<RunningServer> {
  const program = join(import.meta.dirname, "..", "child", "chat-server.ts");
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.stdout.setEncoding("utf8").once("data", (line: string) => resolve(line.trim()));
  void ended.then(() => reject(new Error("child/chat-server.ts ended before it listened")));
  const url = await promise;
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
