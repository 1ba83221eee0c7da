import { agentId, callId, colonyId, eventIdOf, type ColonyEvent } from "@colony/core";
import { expect, test } from "vitest";
import { cutAnswerLines, cutAnswerOf } from "./cut-answers.ts";
import { eventLine } from "./event-line.ts";
import { PLAIN } from "./paint.ts";

const failed = (text: string | undefined): ColonyEvent => ({
  seq: 1,
  version: 1,
  id: eventIdOf(agentId("overseer"), 1),
  type: "MODEL_CALL_FAILED",
  at: 0,
  colonyId: colonyId("c"),
  agentId: agentId("overseer"),
  v: 1,
  data: {
    callId: callId("m"),
    error: { code: "model.broken_stream", message: "the host stopped while the model was answering" },
    retryable: true,
    lost: true,
    ...(text === undefined ? {} : { supersededText: text }),
  },
});

test("what a cut answer had said stands in the log's line, and on its agent's page on a line of its own", () => {
  const event = failed("Half of\nit");
  expect(eventLine(event, { columns: 200 })).toMatch(
    /the host stopped while the model was answering; it had said: Half of it$/,
  );
  const [, title, line] = cutAnswerLines(cutAnswerOf(event), { columns: 80, paint: PLAIN });
  expect(title).toBe("Cut answers, which no model was given");
  expect(line).toMatch(/^ {2}\S+ {2}Half of it$/);
});

test("a call that had said nothing leaves no line, and of many answers the newest three are shown", () => {
  expect(cutAnswerLines(cutAnswerOf(failed(undefined)), { columns: 80, paint: PLAIN })).toEqual([]);
  const many = ["a", "b", "c", "d"].flatMap((text) => cutAnswerOf(failed(text)));
  expect(cutAnswerLines(many, { columns: 80, paint: PLAIN })).toHaveLength(5);
});
