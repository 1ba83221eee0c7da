import { ColonyError, type ModelRequest, type ModelStreamPart } from "@colony/core";
import { expect, test } from "vitest";
import { createOfflineModel } from "./offline-model.ts";

const tool = (name: string): NonNullable<ModelRequest["tools"]>[number] => ({
  type: "function",
  name,
  inputSchema: {},
});
const request = (text: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  prompt: [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text }] },
  ],
  tools: [tool("spawn_workers"), tool("list_folder")],
  ...more,
});

async function parts(asked: ModelRequest, thinkMs = 0): Promise<ModelStreamPart[]> {
  const { stream } = await createOfflineModel({ thinkMs }).doStream(asked);
  return Array.fromAsync(stream);
}

test("text comes in small pieces that make up the whole", async () => {
  const all = await parts(request("Write a poem"));
  const deltas = all.flatMap((part) => (part.type === "text-delta" ? [part.delta] : []));
  expect(deltas.length).toBeGreaterThan(10);
  expect(Math.max(...deltas.map(({ length }) => length))).toBeLessThan(80);
  expect(deltas.join("")).toMatch(/^I am Colony's offline model.*start again\.$/u);
  expect(all.at(0)).toEqual({ type: "stream-start", warnings: [] });
  expect(all.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "stop" } });
});

test("a tool call comes as JSON text under an id that no other call has", async () => {
  const [first, second] = [await parts(request("Survey ./docs")), await parts(request("Survey ./docs"))];
  const call = first.find((part) => part.type === "tool-call");
  expect(call).toMatchObject({ toolName: "list_folder", input: '{"path":"./docs"}' });
  expect(first.flatMap((part) => (part.type === "tool-input-delta" ? [part.delta] : [])).join("")).toBe(
    call?.input,
  );
  expect(first.at(-1)).toMatchObject({ finishReason: { unified: "tool-calls" } });
  expect(second.find((part) => part.type === "tool-call")?.toolCallId).not.toBe(call?.toolCallId);
});

test("usage grows with what was read and what was written", async () => {
  const usage = async (text: string): Promise<number | undefined> => {
    const finish = (await parts(request(text))).find((part) => part.type === "finish");
    return finish?.usage.inputTokens.total;
  };
  const [short, long] = [await usage("Poem"), await usage(`Poem ${"x".repeat(4_000)}`)];
  expect((long ?? 0) - (short ?? 0)).toBeGreaterThan(990);
  expect((long ?? 0) - (short ?? 0)).toBeLessThan(1_010);
});

test("without delegating and reporting it says that it can do nothing", async () => {
  const all = await parts(request("Survey this folder", { tools: [] }));
  expect(all.some(({ type }) => type === "tool-call")).toBe(false);
});

test("an aborted request ends with the reason of whoever aborted, before and while it thinks", async () => {
  const calling = new AbortController();
  const thinking = parts(request("Hello", { abortSignal: calling.signal }), 60_000);
  setTimeout(() => {
    calling.abort(new Error("no longer needed"));
  }, 20);
  await expect(thinking).rejects.toThrow("no longer needed");
  await expect(parts(request("Hello", { abortSignal: calling.signal }))).rejects.toThrow("no longer needed");
});

test("it thinks as long as it was told to before its first word", async () => {
  const began = performance.now();
  await parts(request("Hello"), 60);
  expect(performance.now() - began).toBeGreaterThan(55);
});

test.each<[unknown, string]>([
  [null, "the options of the offline model are null; give { thinkMs }, or nothing"],
  ["x", 'the options of the offline model are "x"; give { thinkMs }, or nothing'],
  [{ think: 5 }, 'there is no option "think" of the offline model; there is: thinkMs'],
  [{ thinkMs: -1 }, "thinkMs of the offline model is -1; give a number of milliseconds from 0 to 2147483647"],
  [{ thinkMs: Number.POSITIVE_INFINITY }, "thinkMs of the offline model is Infinity; give a number"],
  [{ thinkMs: "5" }, 'thinkMs of the offline model is "5"; give a number of milliseconds'],
])("it is not made from %j, and says so in one sentence", (options, sentence) => {
  const made = (): unknown => createOfflineModel(options as { readonly thinkMs?: number });
  expect(made).toThrow(ColonyError);
  expect(made).toThrow(sentence);
});
