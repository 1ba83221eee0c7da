import { expect, it } from "vitest";
import { AnswerText } from "./answer-text.ts";

it("whole lines are shown as they are said, the last one is still growing", () => {
  const answer = new AnswerText();
  expect(answer.take("# Ti")).toEqual([]);
  expect(answer.take("tle\n\nSome")).toEqual(["# Title", ""]);
  expect(answer.growing).toBe("Some");
});

it("what is recorded completes what was shown, once", () => {
  const answer = new AnswerText();
  answer.take("one\ntw");
  expect(answer.finish("one\ntwo\nthree\n")).toEqual(["two", "three"]);
  expect(answer.growing).toBe("");
  expect(answer.finish("next")).toEqual(["next"]);
});

it("an answer of which something was missed is shown whole", () => {
  const answer = new AnswerText();
  answer.take("one\n[lost]\n");
  expect(answer.finish("one\ntwo")).toEqual(["one", "two"]);
});

it("an answer that breaks off leaves its last words and makes place for the next", () => {
  const answer = new AnswerText();
  answer.take("one\ntw");
  expect(answer.breakOff()).toEqual(["tw"]);
  expect(answer.hasBegun).toBe(false);
  expect(answer.take("one\n")).toEqual(["one"]);
});
