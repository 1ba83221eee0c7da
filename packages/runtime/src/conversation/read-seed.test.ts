import { mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { ColonyError } from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSeed } from "./read-seed.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "colony-seed-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Writes files under the test's folder; what is no string is written as JSON. */
async function given(files: Record<string, unknown>): Promise<string> {
  for (const [name, body] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(join(path, ".."), { recursive: true });
    await writeFile(path, typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }
  return folder;
}
/** Asymmetric matchers are `any`; here they are what they stand for. */
const containing = (text: string): unknown => expect.stringContaining(text);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const user = (content: string, more: object = {}) => ({ role: "user", content, ...more });
const refusal = async (path: string) => {
  try {
    await readSeed(path);
  } catch (error) {
    if (error instanceof ColonyError) return { code: error.code, message: error.message };
    throw error;
  }
  return expect.unreachable("it was read");
};

describe("a Hive session folder", () => {
  it("becomes a conversation, with everything of it that has a meaning here", async () => {
    const seed = await readSeed(fixture("clean"));
    expect(seed.problems).toEqual([]);
    expect(seed.source).toBe(join(fixture("clean"), "conversations", "parts"));
    expect(seed.messages).toEqual([
      {
        role: "user",
        origin: "chat",
        text: "[2026-03-02 09:14 CET] Which orders are late? Übersicht bitte.",
        files: [{ mediaType: "image/png", data: containing("iVBOR") }],
        meta: { run_id: "run_1" },
      },
      {
        role: "assistant",
        parts: [
          {
            type: "reasoning",
            text: "Two lists are needed.",
            providerMetadata: { anthropic: { signature: "c2lnbmVk" } },
          },
          { type: "text", text: "I look at both lists." },
          { type: "tool-call", callId: "toolu_01", name: "list_orders", input: { state: "late" } },
          { type: "tool-call", callId: "toolu_02", name: "list_carriers", input: {} },
        ],
        meta: { run_id: "run_1" },
      },
      {
        role: "tool",
        callId: "toolu_01",
        name: "list_orders",
        result: { status: "ok", output: '{"orders": [17, 23]}', meta: { run_id: "run_1" } },
      },
      {
        role: "tool",
        callId: "toolu_02",
        name: "list_carriers",
        result: { status: "error", output: "carrier list is not available", meta: { run_id: "run_1" } },
      },
      {
        role: "assistant",
        parts: [{ type: "text", text: "Orders 17 and 23 are late." }],
        meta: { run_id: "run_1" },
      },
      { role: "user", origin: "trigger", text: "[TRIGGER: timer/morning]\n{}", meta: { phase_id: "watch" } },
    ]);
  });

  it("is read the same by its session, its conversations, its parts and through a link", async () => {
    await symlink(fixture("clean"), join(folder, "link"));
    const whole = await readSeed(fixture("clean"));
    for (const path of [
      fixture("clean/conversations"),
      fixture("clean/conversations/parts"),
      join(folder, "link"),
    ]) {
      expect((await readSeed(path)).messages).toEqual(whole.messages);
    }
  });

  it("with every kind of damage gives what can be saved, and says what became of the rest", async () => {
    const seed = await readSeed(fixture("nasty"));
    const said = seed.messages.map((message) => {
      if (message.role === "user") return `user: ${message.text}`;
      if (message.role === "tool") return `${message.callId}: ${JSON.stringify(message.result.output)}`;
      return message.parts
        .map((part) => (part.type === "tool-call" ? `call ${part.callId}` : part.text))
        .join(", ");
    });
    expect(said).toEqual([
      "user: Compare the two suppliers.",
      "call call_0, call call_1",
      'call_0: "price list"',
      'call_1: "The tool call was interrupted; its outcome is unknown."',
      "user: Hurry up, please.",
      "user: Go on then.",
      "call call_0_2",
      'call_0_2: "second price list"',
      "Supplier one is cheaper.",
    ]);
    expect(seed.messages[1]).toMatchObject({
      parts: [
        { input: { url: "https://one.example" } },
        { input: '{"url": "https://two.exam', malformed: true },
      ],
    });
    expect(seed.messages[0]).toMatchObject({
      meta: { agent_id: "worker_1", created_at: "2026-03-02T09:00:00" },
    });
    expect(seed.messages.at(-1)).toMatchObject({ meta: { truncated: true } });
    expect(seed.problems.map(({ where, action, reason }) => `${where} ${action}: ${reason}`)).toEqual([
      expect.stringMatching(/^0000000010\.json dropped: cannot be read: .*JSON/),
      "0000000016.json.f3a1.tmp dropped: is a temporary file of a write that never finished",
      "notes.txt dropped: is no part file: those are named with ten digits and .json",
      '0000000002.json dropped: has the role "system"; an agent\'s instructions come from its definition',
      "0000000009.json dropped: has the number 7, as 0000000007.json has, which was taken",
      "0000000015.json dropped: is not a JSON object",
      '0000000003.json dropped: no earlier tool call has the id "gone"',
      "0000000008.json mended: the result was moved up to its call in 0000000006.json",
      "0000000011.json dropped: the assistant message is empty",
      '0000000013.json mended: the call id "call_0" was used before; it is now "call_0_2"',
      '0000000006.json mended: the tool call "call_1" had no result; it is marked as interrupted',
    ]);
  });

  it("is not written to", async () => {
    const parts = fixture("nasty/conversations/parts");
    const before = [await readdir(parts), (await stat(parts)).mtimeMs];
    await readSeed(fixture("nasty"));
    expect([await readdir(parts), (await stat(parts)).mtimeMs]).toEqual(before);
  });

  it("is ordered by the numbers in the parts, and by the names of those that have none", async () => {
    await given({
      "parts/0000000000.json": user("third", { seq: 30 }),
      "parts/0000000001.json": user("first", { seq: 1 }),
      "parts/0000000007.json": user("second"),
      "parts/0000000008.json": user("between", { seq: "eight" }),
    });
    const seed = await readSeed(folder);
    expect(seed.messages).toMatchObject([
      { text: "first" },
      { text: "second" },
      { text: "between" },
      { text: "third" },
    ]);
    expect(seed.problems).toEqual([
      {
        where: "0000000008.json",
        action: "mended",
        reason: 'its "seq" is no whole number; the number in its name was taken',
      },
    ]);
  });

  it("keeps pictures that it cannot hold, and calls that are whole beside broken ones", async () => {
    const far = { type: "image_url", image_url: { url: "https://pictures.example/1.png" } };
    await given({
      "parts/0000000000.json": user("see", { image_content: [far] }),
      "parts/0000000001.json": {
        role: "assistant",
        content: "",
        tool_calls: [
          { id: "", function: { name: "x" } },
          { id: "a", function: { name: "look", arguments: "" } },
        ],
      },
      "parts/0000000002.json": { role: "tool", content: "seen", tool_use_id: "a", image_content: [far] },
    });
    const seed = await readSeed(folder);
    expect(seed.messages).toMatchObject([
      { text: "see", meta: { image_content: [far] } },
      { parts: [{ callId: "a", input: {} }] },
      { name: "look", result: { output: "seen", meta: { image_content: [far] } } },
    ]);
    expect(seed.problems.map(({ reason }) => reason)).toEqual([
      "1 of 2 tool calls had no id or no tool name and were left out",
    ]);
  });

  it("shortens call ids that are longer than ours may be, for the call and its result alike", async () => {
    const id = `call_${"signature".repeat(60)}`;
    await given({
      "parts/0000000000.json": {
        role: "assistant",
        content: null,
        tool_calls: [{ id, function: { name: "look", arguments: "{}" } }],
      },
      "parts/0000000001.json": { role: "tool", content: "seen", tool_use_id: id },
    });
    const seed = await readSeed(folder);
    expect(seed.problems).toEqual([]);
    expect(seed.messages[1]).toMatchObject({ callId: matching(/^call_[0-9a-f]{40}$/) });
  });

  it("reports a part that cannot be opened", async () => {
    await given({ "parts/0000000000.json": user("a") });
    await symlink(join(folder, "gone"), join(folder, "parts/0000000001.json"));
    expect((await readSeed(folder)).problems).toMatchObject([
      { where: "0000000001.json", action: "dropped", reason: containing("ENOENT") },
    ]);
  });

  it("reports a part that is no file, too large, not UTF-8 or nested without end", async () => {
    await given({
      "parts/0000000000.json": user("fine"),
      "parts/0000000001.json/inside": "",
      "parts/0000000002.json": "",
      "parts/0000000003.json": Buffer.from([0x22, 0xff, 0x22]),
      "parts/0000000004.json": `{"role":"user","content":"x","deep":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    });
    await truncate(join(folder, "parts/0000000002.json"), 64 * 1024 * 1024 + 1);
    const seed = await readSeed(folder);
    expect(seed.messages).toEqual([{ role: "user", origin: "seed", text: "fine" }]);
    expect(seed.problems.map(({ where, reason }) => `${where} ${reason}`)).toEqual([
      "0000000001.json cannot be read: it is not an ordinary file",
      "0000000002.json cannot be read: it has 67108865 bytes, and files over 64 MB are refused",
      expect.stringMatching(/^0000000003\.json cannot be read: .*utf-8/),
      expect.stringMatching(/^0000000004\.json cannot be (read|taken): /),
    ]);
  });
});

describe("a JSONL file", () => {
  it("may hold messages as OpenAI has them", async () => {
    await given({
      "chat.jsonl": [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "What is" },
            { type: "text", text: "this?" },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c", type: "function", function: { name: "look", arguments: '{"at":1}' } }],
        },
        { role: "tool", tool_call_id: "c", content: [{ type: "text", text: "a bee" }] },
        { role: "assistant", content: "A bee.", refusal: null },
      ]
        .map((line) => JSON.stringify(line))
        .join("\r\n"),
    });
    const seed = await readSeed(join(folder, "chat.jsonl"));
    expect(seed.messages).toEqual([
      { role: "user", origin: "seed", text: "What is\nthis?" },
      { role: "assistant", parts: [{ type: "tool-call", callId: "c", name: "look", input: { at: 1 } }] },
      { role: "tool", callId: "c", name: "look", result: { status: "ok", output: "a bee" } },
      { role: "assistant", parts: [{ type: "text", text: "A bee." }], meta: { refusal: null } },
    ]);
    expect(seed.problems.map(({ where, action }) => `${where} ${action}`)).toEqual(["line 1 dropped"]);
  });

  it("names the line of everything that it cannot take", async () => {
    await given({
      "chat.jsonl": Buffer.concat([
        Buffer.from('\uFEFF{"role":"user","content":"one"}\n\n'),
        Buffer.from([0xc3, 0x28, 0x0a]),
        Buffer.from(
          '{"role":"user","text":"no origin"}\n17\n{"role":"user"}\n{"role":"robot","content":""}\n',
        ),
        Buffer.from('{"role":"tool","content":"x"}\n{"role":"user","content":"two"}\n{"role":"us'),
      ]),
    });
    const seed = await readSeed(join(folder, "chat.jsonl"));
    expect(seed.messages).toMatchObject([{ text: "one" }, { text: "two" }]);
    expect(seed.problems.map(({ where, reason }) => `${where} ${reason}`)).toEqual([
      expect.stringMatching(/^line 3 cannot be read: /),
      expect.stringMatching(/^line 4 has the wrong shape at origin: /),
      "line 5 is not a JSON object",
      'line 6 has no "content"',
      'line 7 has the role "robot"; expected user, assistant or tool',
      'line 8 is a tool result without "tool_use_id"',
      expect.stringMatching(/^line 10 cannot be read: /),
    ]);
  });
});

describe("what is no seed", () => {
  it("is refused with the path and what was expected", async () => {
    await given({ "empty/readme.txt": "nothing", "session/conversations/parts/x.txt": "" });
    for (const path of ["missing", "missing/below", "empty", "session", "empty/readme.txt/below"]) {
      const { code, message } = await refusal(join(folder, path));
      expect(code).toBe("seed.unreadable");
      expect(message).toContain(join(folder, path));
      expect(message).toContain("expected a session folder with conversations/parts/");
    }
  });

  it("is refused where it is a socket", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(join(folder, "socket"), listening));
    try {
      expect((await refusal(join(folder, "socket"))).message).toContain("neither a file nor a folder is at");
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });

  it("is refused where the file is too large", async () => {
    await given({ "big.jsonl": "" });
    await truncate(join(folder, "big.jsonl"), 64 * 1024 * 1024 + 1);
    expect(await refusal(join(folder, "big.jsonl"))).toMatchObject({
      code: "seed.unreadable",
      message: containing("files over 64 MB are refused"),
    });
  });

  it("is empty where no message can be used, with the first reasons", async () => {
    await given({ "none.jsonl": "", "bad.jsonl": "1\n2\n3\n4\n5\n", "parts/0000000000.json": "{" });
    expect(await refusal(join(folder, "none.jsonl"))).toMatchObject({
      code: "seed.empty",
      message: containing("it holds nothing"),
    });
    expect(await refusal(join(folder, "bad.jsonl"))).toMatchObject({
      code: "seed.empty",
      message: containing("line 3 is not a JSON object; and 2 more"),
    });
    expect((await refusal(folder)).code).toBe("seed.empty");
  });
});

it("stops reading when it is called off", async () => {
  const reason = new Error("called off");
  await expect(readSeed(fixture("clean"), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it("takes any bytes for a seed or refuses them in words, and fails in no other way", async () => {
  const field = fc.constantFrom(
    "role",
    "content",
    "tool_calls",
    "tool_use_id",
    "image_content",
    "thinking_blocks",
    "colony",
    "seq",
  );
  const nearly = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom("user", "assistant", "tool")));
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          nearly.map((one) => JSON.stringify(one)),
          fc.string(),
        ),
      ),
      async (lines) => {
        await writeFile(join(folder, "any.jsonl"), lines.join("\n"));
        const outcome = await readSeed(join(folder, "any.jsonl")).then(
          (seed) => seed.messages.length > 0,
          (error: unknown) => error instanceof ColonyError && error.code === "seed.empty",
        );
        expect(outcome).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
