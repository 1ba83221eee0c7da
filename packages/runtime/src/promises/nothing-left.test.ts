import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { SILENT_LOGGER, defineTool } from "@colony/core";
import { createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";

let folder: string;
let server: Server;
let url: string;
let colony: Colony;
/** Requests that have been asked and never answered. */
let open: ServerResponse[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "colony-left-"));
  open = [];
  server = createServer((request, response) => {
    if (request.url === "/later/chat/completions") {
      response.writeHead(429, { "retry-after": "3000", connection: "close" });
      response.end("{}");
      return;
    }
    open.push(response);
    response.on("close", () => (open = open.filter((other) => other !== response)));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": not yet\n\n");
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await colony.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  for (const pid of living()) process.kill(pid, "SIGKILL");
  await rm(folder, { recursive: true });
});

/** Processes that the tools have started and that still run. */
function living(): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      const ours =
        /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "utf8").includes(`TEST_OF=${folder}`);
      return ours && !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${name}/stat`, "utf8"))
        ? [Number(name)]
        : [];
    } catch {
      return [];
    }
  });
}

/** What keeps this process alive, and what it has open; one line for each. */
function held(): readonly string[] {
  const handles = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/:\[\d+\]$/, "")];
    } catch {
      return [];
    }
  });
  return [...process.getActiveResourcesInfo(), ...handles];
}

/** What is held now and was not before. */
function moreThan(before: readonly string[]): readonly string[] {
  const known = [...before];
  return held().filter((line) => {
    const at = known.indexOf(line);
    if (at !== -1) known.splice(at, 1);
    return at === -1;
  });
}

/** Looks again until it is so: sockets close some turns of the event loop after they were told to. */
async function comes(isSo: () => boolean, what: () => unknown): Promise<void> {
  for (let looks = 0; looks < 400; looks += 1) {
    if (isSo()) return;
    await sleep(10);
  }
  expect.fail(`never came: ${JSON.stringify(what())}`);
}

it.runIf(process.platform === "linux")(
  "after a stop no process, socket, timer or file handle of anybody's work is left",
  async () => {
    const input = z.object({});
    const model = (path: string) =>
      createOpenAICompatible({ name: "local", baseURL: `${url}/${path}` }).chatModel("m");
    const asks = (name: string): readonly ScriptedTurn[] => [
      { toolCalls: [{ id: "c", name, input: {} }] },
      { text: "Done." },
    ];
    const fetches = defineTool({
      name: "fetches",
      description: "Asks a server that never answers.",
      input,
      timeoutMs: 3_000_000,
      run: async (_input, { signal }) => await (await fetch(`${url}/tool`, { signal })).text(),
    });
    const deaf = defineTool({
      name: "deaf",
      description: "Runs a program that ignores being asked to end.",
      input,
      async run(_input, { runProcess }) {
        const script = `trap "" TERM; (trap "" TERM; while :; do sleep 0.05; done) & while :; do sleep 0.05; done`;
        await runProcess("sh", ["-c", script], { env: { TEST_OF: folder }, cwd: folder });
        return "ended";
      },
    });
    colony = await openColony({
      dir: join(folder, "colony"),
      logger: SILENT_LOGGER,
      overseer: { model: model("overseer") },
      workers: {
        thinking: defineWorker({ model: model("model") }),
        later: defineWorker({ model: model("later") }),
        fetching: defineWorker({ model: createScriptedModel(asks("fetches")), tools: [fetches] }),
        running: defineWorker({ model: createScriptedModel(asks("deaf")), tools: [deaf] }),
      },
      limits: { processGraceMs: 200, concurrency: 8 },
    });
    await colony.stop();
    const before = held();

    await colony.inject("Wait for ever.");
    const retrying = colony.waitFor({ types: ["MODEL_CALL_FAILED"] });
    await Promise.all(
      ["thinking", "later", "fetching", "running"].map((name) => colony.spawn(name, { task: "Go." })),
    );
    await retrying;
    await comes(
      () => open.length === 3 && living().length >= 2,
      () => [open.length, living()],
    );
    expect(moreThan(before)).toEqual(expect.arrayContaining(["socket", "ProcessWrap", "Timeout"]));

    await colony.stop();
    expect(living()).toEqual([]);
    await comes(
      () => open.length === 0 && moreThan(before).length === 0,
      () => ({ open: open.length, more: moreThan(before) }),
    );
  },
);
