import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { start } from "./testing/command-line.ts";

/** What each part is asked to be; the servers know nothing of Colony but this. */
const PARTS = ["one", "two", "three", "four", "five"];

let server: LLMock;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "colony-providers-"));
  writeFileSync(join(folder, "a.txt"), "alpha\n");
  server = new LLMock({ port: 0, chunkSize: 12 });
  // Workers are told so by the runtime; everybody else is the overseer.
  const isWorker = { systemMessage: "You are a worker" };
  server.addFixture({
    match: { ...isWorker, hasToolResult: false },
    response: {
      content: "Looking.",
      toolCalls: [{ name: "list_folder", arguments: JSON.stringify({ path: "." }) }],
    },
  });
  server.addFixture({
    match: { ...isWorker, hasToolResult: true },
    response: {
      toolCalls: [
        {
          name: "report_to_parent",
          arguments: JSON.stringify({ status: "success", summary: "one file", data: {} }),
        },
      ],
    },
  });
  server.addFixture({
    match: { userMessage: /remaining="0"/ },
    response: { content: "Five workers have reported: one file." },
  });
  server.addFixture({
    match: { userMessage: /<worker_report/ },
    response: { content: "Not all are in yet." },
  });
  server.addFixture({
    match: { userMessage: "Look at everything", hasToolResult: false },
    response: {
      toolCalls: [
        {
          name: "spawn_workers",
          arguments: JSON.stringify({ tasks: PARTS.map((part) => ({ task: `Part ${part}` })) }),
        },
      ],
    },
  });
  server.addFixture({
    match: { userMessage: "Look at everything", hasToolResult: true },
    response: { content: "Five workers are on it." },
  });
  await server.start();
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a provider's server that others have written", () => {
  it.each([
    ["openai-compatible/local", { OPENAI_BASE_URL: "/v1" }],
    ["openai/gpt-5", { OPENAI_BASE_URL: "/v1", OPENAI_API_KEY: "key" }],
    ["anthropic/claude-sonnet-4-5", { ANTHROPIC_BASE_URL: "/v1", ANTHROPIC_API_KEY: "key" }],
  ])("drives an overseer and five workers as %s", async (model, variables) => {
    const env = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        value.startsWith("/") ? `${server.url}${value}` : value,
      ]),
    );
    const { ended } = start(["run", "Look at everything", "--model", model, "--json"], { cwd: folder, env });
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const outcome = JSON.parse(stdout) as {
      readonly text: string;
      readonly workers: readonly { readonly report: unknown }[];
    };
    expect(outcome.text).toBe("Five workers have reported: one file.");
    expect(outcome.workers).toHaveLength(PARTS.length);
  });
});
