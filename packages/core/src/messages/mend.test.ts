import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import { INTERRUPTED_CALL_OUTPUT, UNMADE_CALL_OUTPUT, mendConversation } from "./mend.ts";
import type { AssistantPart, Message } from "./message.ts";

const says = (text: string): Message => ({ role: "user", origin: "seed", text });
const answers = (...parts: AssistantPart[]): Message => ({ role: "assistant", parts });
const text = (words: string): AssistantPart => ({ type: "text", text: words });
const thinks = (words: string): AssistantPart => ({ type: "reasoning", text: words });
const calls = (id: string, name = "look"): AssistantPart => ({
  type: "tool-call",
  callId: callId(id),
  name,
  input: {},
});
const result = (id: string, output = `result of ${id}`, name = "look"): Message => ({
  role: "tool",
  callId: callId(id),
  name,
  result: { status: "ok", output },
});
const stub = (id: string): Message => ({
  role: "tool",
  callId: callId(id),
  name: "look",
  result: { status: "error", output: INTERRUPTED_CALL_OUTPUT },
});
const mend = (...messages: Message[]) =>
  mendConversation(messages.map((message, index) => ({ where: `line ${index + 1}`, message })));

describe("mending a conversation", () => {
  it("returns a clean conversation as the very same messages", () => {
    const messages = [
      says("go"),
      answers(thinks("two at once"), calls("a"), calls("b")),
      result("b"),
      result("a"),
      answers(text("done")),
      says("again"),
      answers(calls("c")),
      result("c"),
    ];
    const mended = mend(...messages);
    expect(mended.problems).toEqual([]);
    expect(mended.messages.map((message, index) => message === messages[index])).toEqual(
      messages.map(() => true),
    );
  });

  it("drops a result that no earlier call asked for, also when the call comes later", () => {
    expect(mend(says("go"), result("a"), answers(calls("a")), result("a"))).toEqual({
      messages: [says("go"), answers(calls("a")), result("a")],
      problems: [{ where: "line 2", action: "dropped", reason: 'no earlier tool call has the id "a"' }],
    });
  });

  it("drops a second result of the same call and keeps the first", () => {
    expect(mend(answers(calls("a")), result("a", "first"), result("a", "second"))).toEqual({
      messages: [answers(calls("a")), result("a", "first")],
      problems: [{ where: "line 3", action: "dropped", reason: 'the tool call "a" already has a result' }],
    });
  });

  it("says of a call that waited for people that it was not made, and of no other", () => {
    const asked = answers(calls("a"), calls("b"), calls("c"));
    const waiting: Message = { ...asked, meta: { waiting_calls: ["a", "c", 7] } } as Message;
    const unmade = { role: "tool", callId: "a", name: "look" } as const;
    const mended = mend(waiting, result("c"));
    expect(mended.messages).toEqual([
      waiting,
      result("c"),
      { ...unmade, result: { status: "error", output: UNMADE_CALL_OUTPUT } },
      stub("b"),
    ]);
    expect(mended.problems.map(({ reason }) => reason)).toEqual([
      'the tool call "a" was waiting for an answer or an approval; it is marked as not made',
      'the tool call "b" had no result; it is marked as interrupted',
    ]);
    expect(mend(...mended.messages)).toEqual({ messages: mended.messages, problems: [] });
    // Whatever else stands there is nobody's call.
    expect(mend({ ...asked, meta: { waiting_calls: "a" } } as Message).messages.slice(1)).toEqual(
      ["a", "b", "c"].map(stub),
    );
  });

  it("gives a call without a result an error in its place, right after its message", () => {
    const mended = mend(answers(calls("a"), calls("b")), result("b"), says("what happened?"));
    expect(mended.messages).toEqual([
      answers(calls("a"), calls("b")),
      result("b"),
      stub("a"),
      says("what happened?"),
    ]);
    expect(mended.problems).toEqual([
      {
        where: "line 1",
        action: "mended",
        reason: 'the tool call "a" had no result; it is marked as interrupted',
      },
    ]);
  });

  it("moves a late result up over the messages in between", () => {
    const mended = mend(answers(calls("a")), says("are you there?"), answers(text("yes")), result("a"));
    expect(mended.messages).toEqual([
      answers(calls("a")),
      result("a"),
      says("are you there?"),
      answers(text("yes")),
    ]);
    expect(mended.problems).toEqual([
      { where: "line 4", action: "mended", reason: "the result was moved up to its call in line 1" },
    ]);
  });

  it("renames a repeated call id together with its result, and around ids that come later", () => {
    const mended = mend(
      answers(calls("a")),
      result("a", "1"),
      answers(calls("a")),
      result("a", "2"),
      answers(calls("a_2")),
      result("a_2", "3"),
    );
    expect(mended.messages).toEqual([
      answers(calls("a")),
      result("a", "1"),
      answers(calls("a_3")),
      result("a_3", "2"),
      answers(calls("a_2")),
      result("a_2", "3"),
    ]);
    expect(mended.problems).toEqual([
      { where: "line 3", action: "mended", reason: 'the call id "a" was used before; it is now "a_3"' },
    ]);
  });

  it("gives a result to the latest call with its id, and never to an older one that was interrupted", () => {
    const mended = mend(answers(calls("a")), answers(calls("a")), result("a", "new"), result("a", "copy"));
    expect(mended.messages).toEqual([
      answers(calls("a")),
      stub("a"),
      answers(calls("a_2")),
      result("a_2", "new"),
    ]);
    expect(mended.problems.map(({ where, action }) => `${where} ${action}`)).toEqual([
      "line 2 mended",
      "line 4 dropped",
      "line 1 mended",
    ]);
  });

  it("tells apart calls of one message that share an id, in their order", () => {
    expect(mend(answers(calls("a"), calls("a")), result("a", "1"), result("a", "2")).messages).toEqual([
      answers(calls("a"), calls("a_2")),
      result("a", "1"),
      result("a_2", "2"),
    ]);
  });

  it("keeps new ids within 40 characters", () => {
    const long = "x".repeat(200);
    const renamed = mend(answers(calls(long)), result(long), answers(calls(long)), result(long)).messages[3];
    expect(renamed).toMatchObject({ role: "tool", callId: `${"x".repeat(38)}_2` });
  });

  it("gives a result the name of the tool that was called", () => {
    const mended = mend(answers(calls("a", "look")), result("a", "x", "unheard of"));
    expect(mended.messages[1]).toEqual(result("a", "x", "look"));
    expect(mended.problems.map(({ action }) => action)).toEqual(["mended"]);
  });

  it("drops messages that say nothing, and empty text beside something else", () => {
    const picture: Message = {
      role: "user",
      origin: "chat",
      text: "",
      files: [{ mediaType: "image/png", data: "AA==" }],
    };
    const mended = mend(
      says(" \n"),
      picture,
      answers(),
      answers(text("")),
      answers(text(" "), calls("a")),
      result("a"),
    );
    expect(mended.messages).toEqual([picture, answers(calls("a")), result("a")]);
    expect(mended.problems.map(({ where, action }) => `${where} ${action}`)).toEqual([
      "line 1 dropped",
      "line 3 dropped",
      "line 4 dropped",
      "line 5 mended",
    ]);
  });

  it("drops reasoning that leads to nothing", () => {
    expect(mend(says("go"), answers(thinks("hm"), text("")))).toEqual({
      messages: [says("go")],
      problems: [
        {
          where: "line 2",
          action: "dropped",
          reason: "the assistant message holds reasoning but neither text nor a tool call",
        },
      ],
    });
  });

  it("keeps a leading assistant message and puts nothing before it", () => {
    expect(mend(answers(text("hello")))).toEqual({ messages: [answers(text("hello"))], problems: [] });
  });

  it("makes nothing of nothing", () => {
    expect(mend()).toEqual({ messages: [], problems: [] });
  });
});

describe("whatever is mended", () => {
  // Few ids, so that they collide, are orphaned and come back late all the time.
  const id = fc.constantFrom("a", "b", "a_2", "c");
  const words = fc.constantFrom("", " ", "yes", "no");
  const message: fc.Arbitrary<Message> = fc.oneof(
    words.map(says),
    fc
      .array(
        fc.oneof(
          words.map(text),
          words.map(thinks),
          id.map((one) => calls(one)),
        ),
        { maxLength: 4 },
      )
      .map((parts) => answers(...parts)),
    fc
      .tuple(id, words, fc.constantFrom("look", "find"))
      .map(([one, output, name]) => result(one, output, name)),
  );
  const conversation = fc.array(message, { maxLength: 14 });

  it("keeps every rule that providers set", () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        expect(brokenRules(mend(...messages).messages)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("needs no more mending, and comes back as the same objects", () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const once = mend(...messages).messages;
        const twice = mend(...once);
        expect(twice.problems).toEqual([]);
        expect(twice.messages.every((one, index) => one === once[index])).toBe(true);
        expect(twice.messages).toHaveLength(once.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("reports a problem exactly when something changed, and a drop for each message that is gone", () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const { messages: after, problems } = mend(...messages);
        const same = after.length === messages.length && after.every((one, index) => one === messages[index]);
        expect(problems.length === 0).toBe(same);
        const dropped = problems.filter((problem) => problem.action === "dropped").length;
        const stubs = problems.filter((problem) => problem.reason.includes("marked as interrupted")).length;
        expect(after.length).toBe(messages.length - dropped + stubs);
      }),
      { numRuns: 1000 },
    );
  });

  it("stays fast when one id is used thousands of times", () => {
    const messages = Array.from({ length: 3000 }, () => [answers(calls("a")), result("a")]).flat();
    const mended = mend(...messages).messages;
    expect(brokenRules(mended)).toEqual([]);
    expect(mended).toHaveLength(6000);
  });
});

/** What a provider would refuse, worked out on its own: an independent reading of the rules. */
function brokenRules(messages: readonly Message[]): readonly string[] {
  const broken: string[] = [];
  const seen = new Set<string>();
  let open = new Map<string, string>();
  for (const message of messages) {
    if (message.role === "tool") {
      if (open.get(message.callId) !== message.name)
        broken.push(`result ${message.callId} has no call before it`);
      open.delete(message.callId);
      continue;
    }
    if (open.size > 0) broken.push(`calls without result: ${[...open.keys()].join(", ")}`);
    open = new Map();
    if (message.role === "user") {
      if (message.text.trim() === "" && message.files === undefined) broken.push("empty user message");
      continue;
    }
    if (!message.parts.some((part) => part.type !== "reasoning"))
      broken.push("assistant message without content");
    for (const part of message.parts) {
      if (part.type === "text" && part.text.trim() === "") broken.push("empty text");
      if (part.type !== "tool-call") continue;
      if (seen.has(part.callId)) broken.push(`call id ${part.callId} twice`);
      seen.add(part.callId);
      open.set(part.callId, part.name);
    }
  }
  if (open.size > 0) broken.push(`calls without result at the end: ${[...open.keys()].join(", ")}`);
  return broken;
}
