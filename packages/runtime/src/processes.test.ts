import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import {
  COLONY_STREAM,
  ColonyError,
  NO_PROCESSES,
  SILENT_LOGGER,
  defineTool,
  type ColonyEvent,
  type EventType,
  type Tool,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { checkPromises, createScriptedModel, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { MEMORY } from "./memory.ts";
import { openColony } from "./open-colony.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import type { ColonyOptions } from "./options.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "colony-owned-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const pid of living()) process.kill(pid, "SIGKILL");
  await rm(folder, { recursive: true });
});

/** Everything of this test that runs: its processes carry the folder in their environment. */
function living(): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      if (!/^\d+$/.test(name) || !readFileSync(`/proc/${name}/environ`, "utf8").includes(`TEST_OF=${folder}`))
        return [];
      return /^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${name}/stat`, "utf8")) ? [] : [Number(name)];
    } catch {
      return [];
    }
  });
}

/** Runs a script as it is; `up` in the folder says that it has begun. */
const shell = (options: Partial<Pick<Tool, "effect" | "timeoutMs">> = {}): Tool =>
  defineTool({
    name: "shell",
    description: "Runs a script.",
    input: z.object({ script: z.string() }),
    ...options,
    async run({ script }, { runProcess }) {
      const env = { TEST_OF: folder };
      const { code, stdout } = await runProcess("sh", ["-c", script], { cwd: folder, env });
      return `${code}: ${stdout}`;
    },
  });

/** A child and a grandchild, none of which goes when it is asked to. */
const STUBBORN = `trap "" TERM; (trap "" TERM; while :; do sleep 0.05; done) & echo up > up; while :; do sleep 0.05; done`;

const calling = (script: string): ModelScript => [
  { toolCalls: [{ id: "c", name: "shell", input: { script } }] },
  { text: "Done." },
];

async function opened(
  script: ModelScript,
  options: Partial<ColonyOptions> & { readonly tools?: readonly Tool[] } = {},
): Promise<{ readonly colony: Colony; readonly events: ColonyEvent[] }> {
  const { tools = [shell()], ...rest } = options;
  const events: ColonyEvent[] = [];
  const model = createScriptedModel(script);
  const colony = await openColony({
    dir: MEMORY,
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(() => ({ text: "Yes." })) },
    workers: { helper: defineWorker({ model, tools }) },
    limits: { processGraceMs: 300 },
    ...rest,
  });
  colony.events$.subscribe((event) => events.push(event));
  return { colony, events };
}

async function up(file = "up"): Promise<void> {
  for (let looks = 0; looks < 1_000; looks += 1) {
    if ((await readFile(join(folder, file), "utf8").catch(() => "")) !== "") return;
    await sleep(10);
  }
  throw new Error(`${file} was never written`);
}

const about = (events: readonly ColonyEvent[], ...types: readonly EventType[]): readonly EventType[] =>
  events.map(({ type }) => type).filter((type) => types.includes(type));

const exits = (events: readonly ColonyEvent[]): readonly unknown[] =>
  events.flatMap((event) => (event.type === "PROCESS_EXITED" ? [event.data] : []));

/** What is wrong with the streams of the workers; those of the colony and the overseer began before anybody listened. */
const broken = (events: readonly ColonyEvent[]): readonly string[] =>
  checkPromises(events.filter(({ agentId }) => agentId !== COLONY_STREAM && agentId !== OVERSEER_ID));

describe("a tool that runs a program", () => {
  it("is given its outcome; start and end of the process stand within the call", async () => {
    const { colony, events } = await opened(calling("echo $PPID; exit 4"));
    const worker = await colony.spawn("helper", { task: "Go." });
    expect((await worker.report())?.status).toBe("success");
    await colony.close();
    expect(
      about(events, "TOOL_CALL_STARTED", "PROCESS_STARTED", "PROCESS_EXITED", "TOOL_CALL_COMPLETED"),
    ).toEqual(["TOOL_CALL_STARTED", "PROCESS_STARTED", "PROCESS_EXITED", "TOOL_CALL_COMPLETED"]);
    const started = events.find(({ type }) => type === "PROCESS_STARTED");
    expect(started).toMatchObject({
      executionId: `${worker.id}.1`,
      data: { callId: "c", command: "sh -c 'echo $PPID; exit 4'", cwd: folder },
    });
    expect(exits(events)).toMatchObject([{ code: 4, signal: null, how: "exited" }]);
    expect(events.find(({ type }) => type === "TOOL_CALL_COMPLETED")).toMatchObject({
      data: { result: { status: "ok", output: `4: ${process.pid}\n` } },
    });
    expect(broken(events)).toEqual([]);
  });

  it("is told in words where there is no such program, and where the colony starts none", async () => {
    const lost = defineTool({
      name: "shell",
      description: "Runs what is not there.",
      input: z.object({ script: z.string() }),
      run: async (_input, { runProcess }) => (await runProcess("no-such-program")).stdout,
    });
    for (const options of [{ tools: [lost] }, { processes: NO_PROCESSES }]) {
      const { colony, events } = await opened(calling("true"), options);
      await (await colony.spawn("helper", { task: "Go." })).report();
      await colony.close();
      const words = "tools" in options ? /no program "no-such-program" in the PATH/ : /without processes/;
      expect(events.find(({ type }) => type === "TOOL_CALL_COMPLETED")).toMatchObject({
        data: { result: { status: "error", output: expect.stringMatching(words) as unknown } },
      });
      expect(about(events, "PROCESS_STARTED")).toEqual([]);
    }
  });

  it("that ends without waiting for its process takes it with it", async () => {
    const careless = defineTool({
      name: "shell",
      description: "Does not wait.",
      input: z.object({ script: z.string() }),
      async run({ script }, { runProcess }) {
        void runProcess("sh", ["-c", script], { cwd: folder, env: { TEST_OF: folder } }).catch(
          () => undefined,
        );
        await up();
        return "not waited for";
      },
    });
    const { colony, events } = await opened(calling("echo up > up; sleep 100"), { tools: [careless] });
    expect((await (await colony.spawn("helper", { task: "Go." })).report())?.status).toBe("success");
    await colony.close();
    expect(living()).toEqual([]);
    expect(exits(events)).toMatchObject([{ signal: "SIGTERM", how: "stopped" }]);
    expect(broken(events)).toEqual([]);
  });

  it("that is out of time is answered, and its process ends by force after the grace", async () => {
    const { colony, events } = await opened(calling(STUBBORN), { tools: [shell({ timeoutMs: 300 })] });
    expect((await (await colony.spawn("helper", { task: "Go." })).report())?.status).toBe("success");
    await colony.close();
    expect(living()).toEqual([]);
    expect(exits(events)).toMatchObject([{ signal: "SIGKILL", how: "killed" }]);
    expect(broken(events)).toEqual([]);
  });
});

describe("a log that cannot be written", () => {
  /** A store whose log fails to take the first events of a type, that many times. */
  const failing = (type: EventType, times: number): NonNullable<ColonyOptions["store"]> => {
    const log = createMemoryLog();
    let failures = 0;
    return {
      snapshots: createMemorySnapshotStore(),
      blobs: createMemoryBlobStore(),
      log: {
        ...log,
        append: async (append) => {
          if (failures === times || !append.events.some((event) => event.type === type))
            return await log.append(append);
          failures += 1;
          throw new ColonyError("log.write_failed", "the disk is full");
        },
      },
    };
  };

  it("lets no program run whose start it did not take", async () => {
    const store = failing("PROCESS_STARTED", 1);
    const { colony, events } = await opened(calling("echo up > up"), { store });
    await (await colony.spawn("helper", { task: "Go." })).report();
    await colony.close();
    await expect(readFile(join(folder, "up"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(about(events, "PROCESS_STARTED", "PROCESS_EXITED")).toEqual([]);
    expect(events.find(({ type }) => type === "TOOL_CALL_COMPLETED")).toMatchObject({
      data: { result: { status: "error", output: "the disk is full" } },
    });
    expect(living()).toEqual([]);
  });

  it("is told the end of a process again until it takes it", async () => {
    const store = failing("PROCESS_EXITED", 2);
    const { colony, events } = await opened(calling("true"), { store });
    expect((await (await colony.spawn("helper", { task: "Go." })).report())?.status).toBe("success");
    await colony.close();
    expect(exits(events)).toMatchObject([{ code: 0, how: "exited" }]);
    expect(broken(events)).toEqual([]);
  });
});

describe("a stop", () => {
  it("records the end without waiting for a process that ignores it, and resolves when nothing of it is left", async () => {
    const { colony, events } = await opened(calling(STUBBORN), { limits: { processGraceMs: 1_500 } });
    const worker = await colony.spawn("helper", { task: "Go." });
    await up();
    expect(living().length).toBeGreaterThanOrEqual(2);
    const ended = colony.waitFor({ types: ["EXECUTION_CANCELLED"] });
    const stopping = worker.stop();
    await ended;
    expect(living().length).toBeGreaterThanOrEqual(2);
    await stopping;
    expect(living()).toEqual([]);
    await colony.close();
    expect(
      about(
        events,
        "CANCEL_REQUESTED",
        "EXECUTION_CANCELLED",
        "SUBAGENT_REPORT",
        "AGENT_CLOSED",
        "PROCESS_EXITED",
      ),
    ).toEqual([
      "CANCEL_REQUESTED",
      "EXECUTION_CANCELLED",
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
      "PROCESS_EXITED",
    ]);
    expect(exits(events)).toMatchObject([{ code: null, signal: "SIGKILL", how: "killed" }]);
    expect(broken(events)).toEqual([]);
  });

  it("of the whole colony ends what has left its group for a session of its own too", async () => {
    const { colony } = await opened(calling("setsid sh -c 'echo up > up; sleep 100' & sleep 100"));
    await colony.spawn("helper", { task: "Go." });
    await up();
    await colony.stop();
    expect(living()).toEqual([]);
    await colony.close();
  });

  it("starts no process for a tool that wants one afterwards", async () => {
    const late = defineTool({
      name: "shell",
      description: "Wants it late.",
      input: z.object({ script: z.string() }),
      async run(_input, { runProcess, signal }) {
        await once(signal, "abort");
        return await runProcess("sh", ["-c", "echo up > up"], { cwd: folder });
      },
    });
    const { colony, events } = await opened(calling(""), { tools: [late] });
    const worker = await colony.spawn("helper", { task: "Go." });
    await colony.waitFor({ types: ["TOOL_CALL_STARTED"] }, { timeoutMs: 5_000 });
    await worker.stop();
    await colony.close();
    await expect(readFile(join(folder, "up"))).rejects.toMatchObject({ code: "ENOENT" });
    expect(about(events, "PROCESS_STARTED")).toEqual([]);
  });
});

describe("closing the colony", () => {
  it("ends what is still running after the grace, and records it", async () => {
    const limits = { shutdownGraceMs: 100, processGraceMs: 200 };
    const { colony, events } = await opened(calling(STUBBORN), { limits });
    await colony.spawn("helper", { task: "Go." });
    await up();
    await colony.close();
    expect(living()).toEqual([]);
    expect(exits(events)).toMatchObject([{ how: "killed" }]);
    expect(events.at(-1)?.type).toBe("COLONY_CLOSED");
  });
});

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

/** A program of its own that has a colony in the folder, with one worker that runs the script. */
function program(script: string, then: string): ChildProcess {
  const code = `
    import { defineTool, defineWorker, openColony } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    import { z } from ${moduleOf("zod")};
    const shell = defineTool({
      name: "shell", description: "Runs a script.", input: z.object({ script: z.string() }),
      run: async ({ script }, { runProcess }) => (await runProcess("sh", ["-c", script], {
        cwd: ${JSON.stringify(folder)}, env: { TEST_OF: ${JSON.stringify(folder)} },
      })).stdout,
    });
    const model = createScriptedModel(${JSON.stringify(calling(script))});
    const colony = await openColony({
      dir: ${JSON.stringify(join(folder, ".colony"))}, overseer: { model },
      workers: { helper: defineWorker({ model, tools: [shell] }) },
      limits: { processGraceMs: 300, shutdownGraceMs: 100 },
    });
    const worker = await colony.spawn("helper", { task: "Go." });
    ${then}
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    cwd: folder,
    stdio: "ignore",
  });
  children.push(child);
  return child;
}

async function reopened(): Promise<{ readonly colony: Colony; readonly events: readonly ColonyEvent[] }> {
  const { colony } = await opened(() => ({ text: "Again." }), {
    dir: join(folder, ".colony"),
    durability: "normal",
  });
  await colony.idle();
  const events: ColonyEvent[] = [];
  for await (const event of colony.feed({ until: colony.head() })) events.push(event);
  return { colony, events };
}

describe("a host that was killed", () => {
  it.each([
    ["alive and willing", "echo up > up; sleep 100", "stopped"],
    ["alive and stubborn", STUBBORN, "killed"],
  ])(
    "leaves a process that is %s; the next host ends it before the execution goes on",
    async (...[, script, how]) => {
      const child = program(script, "");
      await up();
      child.kill("SIGKILL");
      await once(child, "exit");
      expect(living()).not.toEqual([]);
      const { colony, events } = await reopened();
      expect(living()).toEqual([]);
      expect(exits(events)).toMatchObject([{ code: null, signal: null, how }]);
      const after = events.slice(events.findIndex(({ type }) => type === "PROCESS_EXITED"));
      expect(about(after, "EXECUTION_STARTED", "EXECUTION_COMPLETED")).toEqual([
        "EXECUTION_STARTED",
        "EXECUTION_COMPLETED",
      ]);
      expect(checkPromises(events)).toEqual([]);
      await colony.close();
    },
  );

  it("leaves a record of a process that is dead by now; the next host says so", async () => {
    const child = program("echo up > up; sleep 100", "");
    await up();
    child.kill("SIGKILL");
    await once(child, "exit");
    for (const pid of living()) process.kill(pid, "SIGKILL");
    while (living().length > 0) await sleep(5);
    const { colony, events } = await reopened();
    expect(exits(events)).toMatchObject([{ code: null, signal: null, how: "found_dead" }]);
    await colony.close();
  });

  it("after the end of the execution, before that of its process, is made up for on an agent that is closed", async () => {
    const child = program(
      `trap "" TERM; echo up > up; while :; do sleep 0.05; done`,
      `colony.events$.subscribe(({ type }) => type === "AGENT_CLOSED" && process.kill(process.pid, "SIGKILL"));
       const stop = setInterval(() => void worker.stop(), 300);`,
    );
    await up();
    await once(child, "exit");
    expect(living()).not.toEqual([]);
    const { colony, events } = await reopened();
    expect(living()).toEqual([]);
    expect(about(events, "AGENT_CLOSED", "PROCESS_EXITED")).toEqual(["AGENT_CLOSED", "PROCESS_EXITED"]);
    expect(checkPromises(events)).toEqual([]);
    await colony.close();
  });

  it("never runs a program whose start is not recorded", async () => {
    const child = spawn(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `import { createSystemProcesses } from ${JSON.stringify(new URL("adapters/system-processes.ts", import.meta.url).href)};
         import { createSystemClock } from ${JSON.stringify(new URL("adapters/system-clock.ts", import.meta.url).href)};
         const processes = createSystemProcesses({ clock: createSystemClock() });
         await processes.spawn("sh", ["-c", "echo up > up"], {
           cwd: ${JSON.stringify(folder)}, env: { TEST_OF: ${JSON.stringify(folder)} },
           signal: new AbortController().signal,
         });
         process.kill(process.pid, "SIGKILL");`,
      ],
      { stdio: "inherit" },
    );
    await once(child, "exit");
    while (living().length > 0) await sleep(5);
    await expect(readFile(join(folder, "up"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

/** Until the script has begun. */
const WAITS = `
  const { existsSync } = await import("node:fs");
  while (!existsSync("up")) await new Promise((go) => setTimeout(go, 10));
`;

describe("a program that has a colony", () => {
  it.each([
    ["stops and closes it", "await colony.stop(); await colony.close();"],
    ["closes it without a stop", "await colony.close();"],
  ])("%s: it ends by itself, and no process is left by then", async (_what, then) => {
    const child = program(STUBBORN, WAITS + then);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(living()).toEqual([]);
  });

  it.each([
    ["throws an error that nobody catches", "setTimeout(() => { throw new Error('on purpose'); });", 1],
    ["exits on the spot", "process.exit(0);", 0],
  ])("%s: it takes its processes with it", async (_what, then, code) => {
    const child = program(STUBBORN, WAITS + then);
    expect(await once(child, "exit")).toEqual([code, null]);
    while (living().length > 0) await sleep(5);
  });
});
