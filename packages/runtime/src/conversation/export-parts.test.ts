import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callId, type Message } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportParts } from "./export-parts.ts";
import { readSeed } from "./read-seed.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "colony-export-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));
/** Asymmetric matchers are `any`; here they are what they stand for. */
const containing = (text: string): unknown => expect.stringContaining(text);
const info = { agentId: "worker-1", systemPrompt: "Be brief." };
const messages: readonly Message[] = [
  { role: "user", origin: "chat", text: "look", meta: { phase_id: "p" } },
  {
    role: "assistant",
    parts: [
      { type: "text", text: "I look." },
      { type: "tool-call", callId: callId("c"), name: "look", input: { at: [1] } },
    ],
  },
  { role: "tool", callId: callId("c"), name: "look", result: { status: "unknown", output: { seen: null } } },
];

describe("exporting a conversation as parts", () => {
  it("writes what Hive's loader wants, and nothing else", async () => {
    await exportParts(messages, join(folder, "new", "session"), info);
    const conversations = join(folder, "new", "session", "conversations");
    expect(await readdir(join(folder, "new"))).toEqual(["session"]);
    expect((await readdir(conversations)).toSorted()).toEqual(["cursor.json", "meta.json", "parts"]);
    expect((await readdir(join(conversations, "parts"))).toSorted()).toEqual([
      "0000000000.json",
      "0000000001.json",
      "0000000002.json",
    ]);
    expect(await json(join(conversations, "meta.json"))).toEqual({
      system_prompt: "Be brief.",
      max_context_tokens: 180_000,
      compaction_threshold: 0.8,
      compaction_buffer_tokens: 8000,
      compaction_buffer_ratio: 0.4,
      compaction_warning_buffer_tokens: 12_000,
      output_keys: [],
    });
    expect(await json(join(conversations, "cursor.json"))).toEqual({
      next_seq: 3,
      iteration: 0,
      node_id: "worker-1",
      outputs: {},
      tool_calls_used: 1,
      recent_responses: [],
      recent_tool_fingerprints: [],
      pending_input: null,
      user_stopped: false,
    });
    expect(await json(join(conversations, "parts", "0000000000.json"))).toEqual({
      seq: 0,
      role: "user",
      content: "look",
      is_client_input: true,
      phase_id: "p",
    });
    expect(await json(join(conversations, "parts", "0000000001.json"))).toEqual({
      seq: 1,
      role: "assistant",
      content: "I look.",
      tool_calls: [{ id: "c", type: "function", function: { name: "look", arguments: '{"at":[1]}' } }],
    });
    expect(await json(join(conversations, "parts", "0000000002.json"))).toEqual({
      seq: 2,
      role: "tool",
      content: '{"seen":null}',
      tool_use_id: "c",
      is_error: true,
      colony: { name: "look", status: "unknown", output: "json" },
    });
  });

  it("fills an empty folder, also behind a link", async () => {
    await mkdir(join(folder, "empty"));
    await symlink(join(folder, "empty"), join(folder, "link"));
    await exportParts(messages, join(folder, "link"), info);
    expect((await readSeed(join(folder, "empty"))).messages).toEqual(messages);
    expect((await readdir(folder)).toSorted()).toEqual(["empty", "link"]);
  });

  it("gives back the parts of a Hive session as they were", async () => {
    const part = {
      seq: 0,
      role: "user",
      content: "hello",
      phase_id: "p",
      run_id: "r",
      is_transition_marker: true,
      inherited_from: "s",
      created_at: "2026-03-02T09:00:00",
      image_content: [{ type: "image_url", image_url: { url: "https://pictures.example/1.png" } }],
    };
    await mkdir(join(folder, "in", "parts"), { recursive: true });
    await writeFile(join(folder, "in", "parts", "0000000000.json"), JSON.stringify(part));
    await exportParts((await readSeed(join(folder, "in"))).messages, join(folder, "out"), info);
    expect(await json(join(folder, "out", "conversations", "parts", "0000000000.json"))).toEqual(part);
  });

  it("refuses a folder with anything in it, and a file, and leaves both alone", async () => {
    await writeFile(join(folder, "file"), "mine");
    await expect(exportParts(messages, folder, info)).rejects.toMatchObject({
      code: "usage.invalid",
      message: `"${folder}" is not empty; name a folder that is empty or does not exist`,
    });
    for (const path of ["file", "file/below"]) {
      await expect(exportParts(messages, join(folder, path), info)).rejects.toMatchObject({
        code: "usage.invalid",
      });
    }
    expect(await readdir(folder)).toEqual(["file"]);
    expect(await readFile(join(folder, "file"), "utf8")).toBe("mine");
  });

  it("leaves nothing behind where it fails in the middle", async () => {
    const endless: Record<string, unknown> = {};
    endless["again"] = endless;
    const broken = { role: "user", origin: "chat", text: "x", meta: endless } as unknown as Message;
    await expect(exportParts([...messages, broken], join(folder, "out"), info)).rejects.toMatchObject({
      code: "usage.invalid",
      message: containing("nothing of it is left there"),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it("lets only one of two exports to the same folder through, whole", async () => {
    const both = await Promise.allSettled([
      exportParts(messages, join(folder, "out"), info),
      exportParts(messages.slice(0, 1), join(folder, "out"), info),
    ]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const read = (await readSeed(join(folder, "out"))).messages;
    expect(read).toEqual(both[0].status === "fulfilled" ? messages : messages.slice(0, 1));
    expect(await readdir(folder)).toEqual(["out"]);
  });
});
