import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { SILENT_LOGGER, agentId, type Message, type ModelRequest } from "@colony/core";
import { createScriptedModel, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportParts } from "./conversation/export-parts.ts";
import { openColony } from "./open-colony.ts";
import { openColonyReader } from "./reader.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

let root: string;
let dir: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-folder-"));
  dir = join(root, ".colony");
});
afterEach(async () => {
  for (const child of children.splice(0)) await killed(child);
  await rm(root, { recursive: true });
});

async function killed(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

/** A process of its own that has the colony open; what it says comes back line by line. */
function run(code: string): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const prelude = `
    import { defineWorker, openColony } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    const say = (line) => process.stdout.write(line + "\\n");
    const model = createScriptedModel((request) => ({ text: "answer " + request.prompt.length }));
    const colony = await openColony({
      dir: ${JSON.stringify(dir)}, overseer: { model }, workers: { helper: defineWorker({ model }) },
    });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", prelude + code], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
}

const open = (overseer: ModelScript = (request) => ({ text: `answer ${request.prompt.length}` })) => {
  const model = createScriptedModel(overseer);
  return openColony({
    dir,
    logger: SILENT_LOGGER,
    durability: "normal",
    overseer: { model },
    workers: { helper: defineWorker({ model }) },
  });
};

const heard = ({ prompt }: ModelRequest): readonly string[] =>
  prompt.flatMap((message) =>
    message.role === "user"
      ? message.content.flatMap((part) => (part.type === "text" ? [part.text] : []))
      : [],
  );

describe("a colony folder", () => {
  it("that another live process owns is refused with its pid; of a dead one it is taken over at once", async () => {
    const { child, lines } = run(`
      await (await colony.inject("hello")).reply();
      say("answered");
      setInterval(() => undefined, 1_000);
    `);
    expect((await lines.next()).value).toBe("answered");
    await expect(open()).rejects.toMatchObject({
      code: "colony.in_use",
      message: matching(new RegExp(`^process ${child.pid} has owned .* since 20`)),
      details: { pid: child.pid },
    });
    await killed(child);
    await using colony = await open((request) => ({ text: `re: ${heard(request).join(", ")}` }));
    expect(await (await colony.inject("again")).reply()).toBe("re: hello, again");
  });

  it("that this process has open already is refused as well", async () => {
    await using colony = await open();
    await expect(open()).rejects.toMatchObject({ code: "colony.in_use", message: matching(/^this process/) });
    expect(await (await colony.inject("hello")).reply()).toBe("answer 2");
  });

  it("does not keep its process alive once the colony is closed", async () => {
    const { child, lines } = run(`
      const worker = await colony.spawn("helper", { task: "t" });
      const waiting = (await colony.spawn("helper", { task: "u" })).report();
      await (await colony.inject("hello")).reply();
      await worker.report();
      await waiting;
      for await (const event of colony.feed()) { if (event.type === "SUBAGENT_REPORT") break; }
      colony.events$.subscribe(() => undefined);
      void (async () => { for await (const pulse of colony.pulses$) void pulse; })();
      await colony.close();
      say("closed");
    `);
    const exited = once(child, "exit");
    expect((await lines.next()).value).toBe("closed");
    expect(await exited).toEqual([0, null]);
  });

  it("that cannot be written for a while makes inputs fail with a sentence, and loses none that was accepted", async () => {
    await using colony = await open();
    await (await colony.inject("one")).reply();
    const other = new DatabaseSync(join(dir, "colony.db"));
    other.exec("BEGIN IMMEDIATE");
    await expect(colony.inject("two")).rejects.toMatchObject({
      code: "log.write_failed",
      message: matching(
        /colony\.db could not be written: .*; nothing was stored\. Another program holds the database: end it, then try again\.$/,
      ),
    });
    other.exec("ROLLBACK");
    other.close();
    expect(await (await colony.inject("three")).reply()).toBe("answer 4");
    const inputs: string[] = [];
    for await (const event of colony.feed({ until: colony.head() }))
      if (event.type === "INPUT_RECEIVED") inputs.push(event.data.text);
    expect(inputs).toEqual(["one", "three"]);
  });

  it("that cannot be one is a clear error", async () => {
    dir = "/dev/null/colony";
    await expect(open()).rejects.toMatchObject({
      code: "colony.folder_invalid",
      message: matching(/^\/dev\/null\/colony cannot be used as a colony folder/),
    });
  });
});

describe("a reader", () => {
  it("works beside a live owner, says who that is, and sees what it commits", async () => {
    const { child, lines } = run(`
      await (await colony.inject("hello")).reply();
      say("answered");
      process.stdin.once("data", async () => {
        const worker = await colony.spawn("helper", { task: "dig", name: "Digger" });
        await worker.report();
        say("reported");
      });
    `);
    expect((await lines.next()).value).toBe("answered");
    await using reader = await openColonyReader({ dir });
    expect(reader.owner()).toMatchObject({ pid: child.pid });
    expect(Math.abs(Date.now() - (reader.owner()?.since ?? 0))).toBeLessThan(60_000);
    expect(reader.state.host?.pid).toBe(child.pid);
    expect(reader.agents().map(({ id }) => id)).toEqual(["overseer"]);
    expect((await reader.conversation(agentId("overseer"))).map(({ role }) => role)).toEqual([
      "user",
      "assistant",
    ]);
    const following = (async () => {
      for await (const event of reader.feed({ query: { types: ["SUBAGENT_REPORT"] } })) return event;
      return undefined;
    })();
    child.stdin?.write("go\n");
    expect(await following).toMatchObject({ data: { task: "dig", status: "success" } });
    const digger = reader.find("Digger");
    expect(digger).toMatchObject({ status: "closed", report: { status: "success" } });
    expect(await reader.report(digger?.id ?? agentId("none"))).toMatchObject({ name: "Digger" });
    expect((await reader.agent(digger?.id ?? agentId("none"))).record.name).toBe("Digger");
    await killed(child);
    expect(reader.owner()).toBeUndefined();
  });

  it("takes no lock and writes nothing", async () => {
    await (await open()).close();
    await using reader = await openColonyReader({ dir });
    expect(reader.owner()).toBeUndefined();
    const head = reader.head();
    await using colony = await open();
    expect(colony.head()).toBe(head + 1);
    expect(reader.owner()).toMatchObject({ pid: process.pid });
    await expect(reader.agent(agentId("nobody"))).rejects.toMatchObject({ code: "agent.not_found" });
  });

  it("of a folder in which there is no colony is a clear error, and makes none", async () => {
    await expect(openColonyReader({ dir })).rejects.toMatchObject({
      code: "colony.not_found",
      message: `there is no colony in ${dir}; name a folder that has a colony.db`,
    });
    expect(await readdir(root)).toEqual([]);
  });
});

describe("what is exported", () => {
  it("seeds another colony with the same conversation", async () => {
    const parts = join(root, "exported");
    let said: readonly Message[];
    {
      await using colony = await open((_request, index) =>
        index === 0
          ? { text: "let me see", toolCalls: [{ name: "agent_list", input: { limit: 3 } }] }
          : { text: `answer ${index}` },
      );
      await (await colony.inject("one")).reply();
      await (await colony.inject("two")).reply();
      said = await colony.overseer.conversation();
      await exportParts(said, parts, { agentId: colony.overseer.id, systemPrompt: "" });
    }
    dir = join(root, "second");
    const prompts: ModelRequest[] = [];
    await using colony = await open((request) => {
      prompts.push(request);
      return { text: "three" };
    });
    expect(await colony.seed({ from: parts })).toMatchObject({ messages: said.length, problems: [] });
    const plain = (messages: readonly object[]): unknown =>
      JSON.parse(
        JSON.stringify(messages, (key, value: unknown) =>
          key === "meta" || key === "inputIds" || key === "origin" ? undefined : value,
        ),
      );
    expect(plain(await colony.overseer.conversation())).toEqual(plain(said));
    await (await colony.inject("three")).reply();
    expect(prompts[0]?.prompt).toHaveLength(said.length + 2);
  });
});
