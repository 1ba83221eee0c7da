import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import type { AssistantMessage } from "../messages/message.ts";
import type { AgentState, ToolCallState } from "./agent-state.ts";
import { conversationHandlers, entriesOf } from "./conversation.ts";

type Handled = Parameters<typeof conversationHandlers.MESSAGE_APPENDED>;

/** The calls of the last of some answers, each with these inputs for the same tool. */
function callsOf(...answers: readonly (readonly JsonValue[])[]): readonly ToolCallState[] {
  const draft = { conversation: [], execution: null, record: { execution: null } } as unknown as AgentState;
  for (const [turn, inputs] of answers.entries()) {
    const data = { message: answerOf(inputs, turn) };
    conversationHandlers.MESSAGE_APPENDED(draft as Handled[0], { data, at: 1 } as unknown as Handled[1]);
  }
  const last = draft.conversation.at(-1);
  return last?.role === "assistant" ? last.calls : [];
}

function answerOf(inputs: readonly JsonValue[], turn = 0): AssistantMessage {
  const parts = inputs.map(
    (input, place) => ({ type: "tool-call", callId: callId(`c${turn}.${place}`), name: "t", input }) as const,
  );
  return { role: "assistant", parts };
}

const repeatsOf = (...answers: readonly (readonly JsonValue[])[]): readonly number[] =>
  callsOf(...answers).map(({ repeats }) => repeats);

describe("how often a call is repeated", () => {
  const one = [{ a: 1, b: [null] }];
  const other = Array.from({ length: 20 }, (_none, place) => ({ place }));

  it("is counted in an answer of many calls as in one of a few", () => {
    expect(repeatsOf(one, one, one)).toEqual([3]);
    expect(repeatsOf([...one, ...one], one)).toEqual([3]);
    const many = repeatsOf([...one, ...one], [...other, { b: [null], a: 1 }, ...one]);
    expect(many).toEqual([...other.map(() => 1), 3, 4]);
    expect(repeatsOf([...other, ...one], one)).toEqual([2]);
    expect(repeatsOf([...other, ...one], other, one)).toEqual([1]);
  });

  it("is another call's with another name or another input", () => {
    const values: readonly JsonValue[] = [[], {}, "", null, 0, "0", [0], { 0: 0 }, [[]], false, "[]"];
    expect(repeatsOf(values)).toEqual(values.map(() => 1));
    const parts = ["t", "u"].flatMap((name) => answerOf(other).parts.map((part) => ({ ...part, name })));
    const [entry] = entriesOf([{ role: "assistant", parts }]);
    expect(entry).toMatchObject({ calls: parts.map(() => ({ repeats: 1 })) });
  });

  it("costs an answer of many calls no look at each by each", () => {
    let looks = 0;
    const input = (number: number): JsonValue => ({
      get n(): number {
        looks += 1;
        return number;
      },
    });
    const inputs = Array.from({ length: 1_000 }, (_none, number) => input(number));
    expect(repeatsOf(inputs)).toEqual(inputs.map(() => 1));
    expect(looks).toBeLessThan(5_000);
  });
});
