import { agentId, callId, type PendingRequest } from "@colony/core";
import { describe, expect, it } from "vitest";
import { PLAIN } from "../render/paint.ts";
import { widthOf } from "../render/width.ts";
import { findExactly, findPending } from "./find-request.ts";
import { byPlace, KeptNumbers } from "./numbered.ts";
import { requestLines } from "./request-lines.ts";
import { AT_COMMAND_LINE, IN_CHAT } from "./request-words.ts";

const of = { definitionId: "helper", executionId: null, askedAt: 0 };

const question = (call: string, text = "Which?"): PendingRequest => ({
  ...of,
  id: `overseer/${call}`,
  agentId: agentId("overseer"),
  agentName: null,
  depth: 0,
  callId: callId(call),
  tool: "ask_user",
  input: {},
  kind: "question",
  questions: [{ id: "q1", text, options: ["this one", "日本語".repeat(40)], default: "this one" }],
  answers: {},
  to: null,
  expiresAt: 90_000,
});

const approval = (id: string, input: PendingRequest["input"] = { sum: 5 }): PendingRequest => ({
  ...of,
  id: `${id}/c1`,
  agentId: agentId(id),
  agentName: null,
  depth: 1,
  callId: callId("c1"),
  tool: "pay",
  input,
  kind: "approval",
});

const shown = { paint: PLAIN, now: 60_000, width: 80 };

describe("what waits for a person", () => {
  it("is shown with who, for how long, until when, and how it is decided", () => {
    const lines = requestLines({ number: 3, request: question("c1") }, { ...shown, words: AT_COMMAND_LINE });
    expect(lines[0]).toBe("3  overseer asks (overseer/c1, for 1m00s, answered by itself in 30s)");
    expect(lines).toContain("      or a text of your own");
    expect(lines).toContain("      default: this one");
    expect(lines.at(-1)).toBe("    colony answer 3 ... answers it");
  });

  it.each([24, 40, 60, 100, 200])("fits into %d columns, whatever it says", (width) => {
    const long = "A question in many words, ".repeat(20);
    const requests = [
      question("c1", `${long}\n${"x".repeat(300)}`),
      approval("w-1", { text: "y".repeat(500), list: [1, 2, { deep: long }] }),
    ];
    for (const words of [AT_COMMAND_LINE, IN_CHAT])
      for (const one of byPlace(requests)) {
        const lines = requestLines(one, { ...shown, width, words });
        for (const line of lines.slice(2)) expect(widthOf(line)).toBeLessThanOrEqual(width);
        const text = lines.map((line) => line.trim()).join("");
        expect(text).toContain(one.request.kind === "question" ? "x".repeat(300) : "y".repeat(500));
      }
  });

  it("is cut where it is long, and says what shows all of it", () => {
    const request = approval(
      "w-1",
      Array.from({ length: 500 }, (_, index) => index),
    );
    const one = { number: 2, request };
    const wholly = { ...shown, width: 120, words: IN_CHAT };
    const lines = requestLines(one, { ...wholly, most: 20 });
    expect(lines).toHaveLength(1 + 20 + 2);
    expect(lines[21]).toBe("    (cut here; /inbox 2 shows all of it)");
    expect(requestLines(one, wholly)).toHaveLength(1 + 502 + 1);
    const wide = approval("w-1", "z".repeat(1_000_000));
    expect(requestLines({ number: 2, request: wide }, { ...shown, most: 20 })).toHaveLength(1 + 20 + 1);
  });

  it("cannot write to the terminal what it likes", () => {
    const lines = requestLines({ number: 1, request: question("c1", "red\u001B[2J\u202Eeulb") }, shown);
    expect(lines[1]).toBe("    q1: redeulb");
  });

  it("keeps its number in a chat, and moves up in the inbox", () => {
    const all = [question("c1"), question("c2"), approval("w-1")];
    const kept = new KeptNumbers();
    kept.of(all);
    expect(kept.of(all.slice(1)).map(({ number }) => number)).toEqual([2, 3]);
    expect(kept.of([...all.slice(2), question("c4")]).map(({ number }) => number)).toEqual([3, 4]);
    expect(byPlace(all.slice(1)).map(({ number }) => number)).toEqual([1, 2]);
  });
});

describe("a request that is named", () => {
  const requests = byPlace([question("c1"), approval("w-1"), approval("w-2")]);
  const place = { requests, agents: [], words: AT_COMMAND_LINE };

  it("is found by its number and by its id, and without a name where it is the only one", () => {
    expect(findPending(place, "1", "question").request.id).toBe("overseer/c1");
    expect(findPending(place, "w-2/c1", "approval").number).toBe(3);
    expect(findPending(place, undefined, "question").number).toBe(1);
    expect(findExactly(requests, "2")?.request.id).toBe("w-1/c1");
  });

  it.each([
    [undefined, "approval", "2 of them wait; say which: 2 (w-1/c1), 3 (w-2/c1)"],
    ["7", "question", "there is no number 7 in the inbox; it has 1, 2, 3"],
    ["w-3", "approval", 'no approval "w-3" waits for you; did you mean "w-1"?'],
    ["zzz", "question", 'no question "zzz" waits for you; "colony inbox" lists what waits'],
    ["1", "approval", 'overseer/c1 waits for an answer; "colony answer" gives it'],
    ["2", "question", 'w-1/c1 waits for an approval; "colony approve" or "colony deny" decides it'],
  ] as const)("%j for a %s says what there is", (typed, kind, words) => {
    expect(() => findPending(place, typed, kind)).toThrow(words);
  });
});
