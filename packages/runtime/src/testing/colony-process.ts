import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

/** What each process has: its folder, a way to say something, a model that answers with what it has heard. */
const prelude = (dir: string): string => `
  import { DatabaseSync } from "node:sqlite";
  import { closeOnSignals, defineTool, defineWorker, openColony, openColonySender } from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
  import { createScriptedModel } from ${moduleOf("@colony/testkit")};
  import { z } from ${moduleOf("zod")};
  const dir = ${JSON.stringify(dir)};
  const say = (line) => process.stdout.write(line + "\\n");
  const die = () => process.kill(process.pid, "SIGKILL");
  const heard = ({ prompt }) => prompt.flatMap((message) =>
    message.role === "user" ? message.content.map((part) => part.text) : []);
  const remembering = createScriptedModel((request) => ({ text: "heard: " + heard(request).join(" | ") }));
  const stay = () => setInterval(() => undefined, 1_000);
  const told = () => new Promise((resolve) => process.stdin.once("data", resolve));
`;

/** A process of its own on a colony folder. */
export interface ColonyProcess {
  readonly child: ChildProcess;
  /** The next line that it says; undefined once it has ended. */
  line(): Promise<string | undefined>;
  tell(): void;
  /** Resolves with its exit code and the signal it died of. */
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
}

/** A folder for a colony, and the processes that work on it; whatever still runs is killed in the end. */
export class ColonyPlace implements AsyncDisposable {
  readonly root: string;
  readonly dir: string;
  readonly #processes: ColonyProcess[] = [];

  static async make(): Promise<ColonyPlace> {
    return new ColonyPlace(await mkdtemp(join(tmpdir(), "colony-processes-")));
  }

  private constructor(root: string) {
    this.root = root;
    this.dir = join(root, ".colony");
  }

  /** Runs lines of a program with what the prelude has. */
  run(code: string): ColonyProcess {
    const child = spawn(process.execPath, ["--input-type=module", "-e", prelude(this.dir) + code], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    child.stdin.on("error", () => undefined);
    const started: ColonyProcess = {
      child,
      ended,
      line: async () => {
        const next = await lines.next();
        return next.done === true ? undefined : next.value;
      },
      tell: () => void child.stdin.write("go\n"),
    };
    this.#processes.push(started);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, ended } of this.#processes) {
      child.kill("SIGKILL");
      await ended;
    }
    await rm(this.root, { recursive: true });
  }
}
