import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  Message,
  MessageOrigin,
  ToolResultStatus,
  callId,
  inputId,
  mendConversation,
  type AssistantPart,
  type JsonObject,
  type JsonValue,
} from "@colony/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeMessage } from "./decode-message.ts";
import { exportParts } from "./export-parts.ts";
import { readSeed } from "./read-seed.ts";
import { storeMessage } from "./store-message.ts";
import { toJsonl } from "./to-jsonl.ts";

/** Any text that JSON permits: emoji, control characters, lone surrogates, nothing. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\uD83D", "\uDE00", "é", "`", "\n", "\u2028", "\u0000", "a", '"', "\\"),
  }),
);
/** Values of JSON, as they are after one way through it. Zod takes a key `__proto__` for an attack and drops it. */
const anyJson = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto")) as JsonValue);
const PART_FIELDS = (
  "seq role content tool_calls tool_use_id is_error image_content thinking_blocks colony name " +
  "is_client_input is_trigger is_system_reminder phase_id text parts result"
).split(" ");
/** Also names that the parts themselves use, to provoke confusion. */
const name = fc.oneof(
  fc.string().filter((key) => key !== "__proto__"),
  fc.constantFrom(...PART_FIELDS),
);
const blocks = fc.constantFrom<JsonValue>(
  true,
  [],
  [{ type: "image_url", image_url: { url: "https://pictures.example/1.png" } }],
  [{ type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } }],
  [{ type: "thinking", thinking: "t", signature: "s" }],
);
const anyMeta: fc.Arbitrary<JsonObject> = fc.dictionary(name, fc.oneof(anyJson, blocks), {
  noNullPrototype: true,
});
const anyId = fc
  .oneof(fc.constantFrom("a", "b", "c"), fc.string({ minLength: 1, maxLength: 200 }))
  .map(callId);
const providerMetadata = fc.oneof(
  anyMeta,
  fc.record({ anthropic: fc.record({ signature: anyText }) }),
  fc.record({ anthropic: fc.record({ redactedData: anyText }) }),
);
const file = fc.record(
  {
    mediaType: fc.oneof(
      fc.constantFrom("image/png", "image/svg+xml", "application/pdf", "image/png; q=1"),
      anyText,
    ),
    data: fc.oneof(fc.base64String(), anyText),
    name: anyText,
  },
  { requiredKeys: ["mediaType", "data"] },
);
const user = fc.record(
  {
    role: fc.constant("user" as const),
    origin: fc.constantFrom(...MessageOrigin.options),
    text: anyText,
    files: fc.array(file, { maxLength: 3 }),
    inputIds: fc.array(fc.string({ minLength: 1, maxLength: 20 }).map(inputId), { maxLength: 2 }),
    meta: anyMeta,
  },
  { requiredKeys: ["role", "origin", "text"] },
);
const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record(
    { type: fc.constant("text" as const), text: anyText, providerMetadata },
    { requiredKeys: ["type", "text"] },
  ),
  fc.record(
    { type: fc.constant("reasoning" as const), text: anyText, providerMetadata },
    { requiredKeys: ["type", "text"] },
  ),
  fc.record(
    {
      type: fc.constant("tool-call" as const),
      callId: anyId,
      name: fc.string({ minLength: 1 }),
      input: fc.oneof(anyJson, anyText, fc.constantFrom("", "{}", "{broken")),
      malformed: fc.constant(true as const),
      providerMetadata,
    },
    { requiredKeys: ["type", "callId", "name", "input"] },
  ),
);
const assistant = fc.record(
  { role: fc.constant("assistant" as const), parts: fc.array(part, { maxLength: 5 }), meta: anyMeta },
  { requiredKeys: ["role", "parts"] },
);
const tool = fc.record({
  role: fc.constant("tool" as const),
  callId: anyId,
  name: fc.string(),
  result: fc.record(
    {
      status: fc.constantFrom(...ToolResultStatus.options),
      output: fc.oneof(anyJson, anyText),
      blob: fc.record({ sha256: fc.string(), sizeBytes: fc.nat() }),
      meta: anyMeta,
    },
    { requiredKeys: ["status", "output"] },
  ),
});
/** Plain objects, as JSON gives them; those of fast-check have no prototype. */
const message = fc.oneof(user, assistant, tool).map((one) => JSON.parse(JSON.stringify(one)) as Message);
/** What an agent's conversation can be: anything, mended. */
const conversation = fc
  .array(message, { maxLength: 8 })
  .map((messages) => mendConversation(messages.map((one) => ({ where: "", message: one }))).messages)
  .filter((messages) => messages.length > 0);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "colony-trip-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const info = { agentId: "a", systemPrompt: "" };

describe("a conversation that is exported and read again is the same", () => {
  it("message by message, through a part's JSON", () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(Message.parse(one)).toEqual(one);
        const json: unknown = JSON.parse(JSON.stringify(storeMessage(one, 7)));
        expect(decodeMessage(json, () => undefined)).toStrictEqual({ message: one, notes: [] });
      }),
      { numRuns: 3000 },
    );
  });

  it("through a folder of parts", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(conversation, async (messages) => {
        const dir = join(folder, String((run += 1)));
        await exportParts(messages, dir, info);
        expect(await readSeed(dir)).toEqual({
          source: join(dir, "conversations", "parts"),
          messages,
          problems: [],
        });
      }),
      { numRuns: 60 },
    );
  });

  it("through a JSONL file", async () => {
    const path = join(folder, "chat.jsonl");
    await fc.assert(
      fc.asyncProperty(conversation, async (messages) => {
        await writeFile(path, toJsonl(messages));
        expect(await readSeed(path)).toEqual({ source: path, messages, problems: [] });
      }),
      { numRuns: 300 },
    );
  });
});

it("a part that somebody has edited since means what its plain fields say", () => {
  const one: Message = {
    role: "assistant",
    parts: [
      { type: "text", text: "I look" },
      { type: "tool-call", callId: callId("a"), name: "look", input: "{half", malformed: true },
      { type: "text", text: " and wait" },
    ],
  };
  const stored = storeMessage(one, 0);
  expect(decodeMessage({ ...stored, content: "I look and go" }, () => undefined)).toEqual({
    message: { role: "assistant", parts: [{ type: "text", text: "I look and go" }, one.parts[1]] },
    notes: [],
  });
  expect(decodeMessage({ ...stored, tool_calls: [] }, () => undefined)).toEqual({
    message: { role: "assistant", parts: [{ type: "text", text: "I look and wait" }] },
    notes: [],
  });
});

it("an export says the same in Hive's fields alone", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(conversation, async (messages) => {
      const dir = join(folder, String((run += 1)));
      await exportParts(messages, dir, info);
      expect(await asHiveReads(join(dir, "conversations"))).toEqual({
        nextSeq: messages.length,
        messages: messages.map(asHiveHasIt),
      });
    }),
    { numRuns: 60 },
  );
});

/** A reader after Hive's own: the parts in order of their names, and of each the fields that its loader takes. */
async function asHiveReads(conversations: string): Promise<unknown> {
  const json = async (path: string) =>
    JSON.parse(await readFile(join(conversations, path), "utf8")) as JsonObject;
  expect((await json("meta.json"))["system_prompt"]).toBe("");
  const messages = [];
  for (const name of (await readdir(join(conversations, "parts"))).toSorted()) {
    const data = await json(join("parts", name));
    messages.push({
      seq: data["seq"],
      role: data["role"],
      content: data["content"],
      tool_use_id: data["tool_use_id"] ?? null,
      tool_calls: data["tool_calls"] ?? null,
      is_error: data["is_error"] ?? false,
    });
  }
  return { nextSeq: (await json("cursor.json"))["next_seq"], messages };
}

function asHiveHasIt(message: Message, seq: number): unknown {
  const plain = { seq, role: message.role, tool_use_id: null, tool_calls: null, is_error: false };
  if (message.role === "user") return { ...plain, content: message.text };
  if (message.role === "tool") {
    const { output, status } = message.result;
    const content = typeof output === "string" ? output : JSON.stringify(output);
    return { ...plain, content, tool_use_id: message.callId, is_error: status !== "ok" };
  }
  let content = "";
  const calls = [];
  for (const one of message.parts) {
    if (one.type === "text") content += one.text;
    if (one.type !== "tool-call") continue;
    const written =
      one.malformed === true && typeof one.input === "string" ? one.input : JSON.stringify(one.input);
    calls.push({ id: one.callId, type: "function", function: { name: one.name, arguments: written } });
  }
  return { ...plain, content, tool_calls: calls.length === 0 ? null : calls };
}
