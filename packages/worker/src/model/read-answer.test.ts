import type { ModelStreamPart } from "@colony/core";
import { describe, expect, test } from "vitest";
import { AnswerReader } from "./read-answer.ts";

const call = (number: number, more: { readonly input?: string; readonly id?: string } = {}) =>
  ({
    type: "tool-call",
    toolCallId: more.id ?? `c${number}`,
    toolName: "t",
    input: more.input ?? "{}",
  }) as const satisfies ModelStreamPart;

const finish: ModelStreamPart = {
  type: "finish",
  finishReason: { unified: "tool-calls", raw: undefined },
  usage: {
    inputTokens: { total: 1, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 1, text: undefined, reasoning: undefined },
  },
};

/** How many calls an answer of these pieces has. */
function calls(parts: Iterable<ModelStreamPart>): number | undefined {
  const reader = new AnswerReader();
  for (const part of parts) reader.take(part);
  reader.take(finish);
  return reader.finish()?.message.parts.length;
}

function* many<T>(count: number, piece: (number: number) => T): Iterable<T> {
  for (let number = 0; number < count; number += 1) yield piece(number);
}

const TOO_MANY = "asked for more than 1,000 tool calls in one answer";
const TOO_LONG = "said more than 4,000,000 characters in one answer";

describe("the calls of one answer", () => {
  test("may be a thousand", () => {
    expect(calls(many(1_000, (number) => call(number)))).toBe(1_000);
    expect(() => calls(many(1_001, (number) => call(number)))).toThrow(TOO_MANY);
  });

  test("are not counted where the provider has made them itself", () => {
    expect(calls(many(2_000, (number) => ({ ...call(number), providerExecuted: true })))).toBe(0);
  });

  test("count with their ids and names, however little they say", () => {
    const id = "i".repeat(5_000);
    expect(calls(many(700, (number) => call(number, { id: `${number}${id}`, input: "" })))).toBe(700);
    const long = many(900, (number) => call(number, { id: `${number}${id}`, input: "" }));
    expect(() => calls(long)).toThrow(TOO_LONG);
  });

  test("that are begun and never made count too", () => {
    const begun = many(900, (number) => ({
      type: "tool-input-start" as const,
      id: `${number}${"i".repeat(5_000)}`,
      toolName: "t",
    }));
    expect(() => calls(begun)).toThrow(TOO_LONG);
  });
});

describe("the input of a call", () => {
  const input = JSON.stringify("x".repeat(2_500_000));
  const start = { type: "tool-input-start", id: "c0", toolName: "t" } as const;
  const delta = { type: "tool-input-delta", id: "c0", delta: input } as const;

  test("counts once, whether it has come in pieces before or not", () => {
    expect(calls([start, delta, call(0, { input })])).toBe(1);
    expect(calls([call(0, { input })])).toBe(1);
  });

  test("counts as a whole where it was only announced before", () => {
    expect(() => calls([start, call(0, { input }), call(1, { input })])).toThrow(TOO_LONG);
    const other = { ...start, id: "c1" };
    expect(() => calls([start, other, call(0, { input }), call(1, { input })])).toThrow(TOO_LONG);
    expect(() => calls([start, delta, call(0, { input }), other, call(1, { input })])).toThrow(TOO_LONG);
  });
});
