import { z } from "zod";
import { describe, expect, test } from "vitest";
import { classifyError, type FailedCall } from "./classify-error.ts";
import { mismatchOf } from "./mismatch.ts";

const call: FailedCall = { model: "odd/m", now: 0, hasSpoken: false };

describe("an error in a stream", () => {
  test.each<readonly [object, string, string, boolean]>([
    [
      { code: "rate_limit_exceeded" },
      "model.rate_limited",
      "odd/m answered rate_limit_exceeded: no. It may",
      true,
    ],
    [{ type: "rate_limit_error" }, "model.rate_limited", "odd/m answered rate_limit_error: no. It may", true],
    [{ type: "overloaded_error" }, "model.overloaded", "odd/m answered overloaded_error: no. It may", true],
    [
      { type: "server_error", code: null },
      "model.overloaded",
      "odd/m answered server_error: no. It may",
      true,
    ],
    [
      { type: "authentication_error" },
      "model.auth",
      "odd/m answered authentication_error: no. Check the key",
      false,
    ],
    [
      { type: "insufficient_quota" },
      "model.rejected",
      "odd/m answered insufficient_quota: no. See to the account at the provider.",
      false,
    ],
    [
      { type: "invalid_request_error", code: "context_length_exceeded" },
      "model.rejected",
      "odd/m answered context_length_exceeded: no. Give it less at once.",
      false,
    ],
    [{ type: "odd_words" }, "model.broken_stream", "odd/m answered with an error: no. It may pass", true],
    [{}, "model.broken_stream", "odd/m answered with an error: no. It may pass", true],
  ])("that says %j is told in its words, as what it is", (said, code, ...[words, retryable]) => {
    for (const error of [
      { message: "no", ...said },
      { type: "error", error: { message: "no", ...said } },
    ]) {
      const failure = classifyError(error, { ...call, cameAs: "application/json" });
      expect(failure).toMatchObject({ error: { code }, retryable });
      expect(failure.error.message.slice(0, words.length)).toBe(words);
    }
  });

  test("that comes in the middle of an answer is said to", () => {
    expect(classifyError({ message: "no" }, { ...call, hasSpoken: true }).error.message).toBe(
      "odd/m broke off its answer with an error: no. It may pass: try again later, or use another model.",
    );
  });

  test("is not read from what the system calls its faults", () => {
    const error = Object.assign(new Error("late"), { code: "ETIMEDOUT" });
    expect(classifyError(error, call).error.code).toBe("model.unreachable");
  });
});

test.each<readonly [string, string, () => unknown]>([
  ["an address with a password", "its address is none", () => new Request("http://bob:S3cret@127.0.0.1/v1")],
  ["no address", "its address is none", () => new Request("http://127.0.0.1:99999/S3cret")],
  [
    "a key of two lines",
    "a header for it, such as the key,",
    () => new Headers({ authorization: "abc\nS3cret" }),
  ],
  [
    "a key beyond bytes",
    "a header for it, such as the key,",
    () => new Headers({ authorization: "S3cret…" }),
  ],
])("what fetch refuses to send is not tried again, and not repeated: %s", (_what, words, refuse) => {
  let thrown: unknown;
  try {
    refuse();
  } catch (error) {
    thrown = error;
  }
  const { error, retryable } = classifyError(thrown, call);
  expect([error.code, retryable]).toEqual(["settings.invalid", false]);
  expect(error.message).toContain(`odd/m was not asked: ${words}`);
  expect(error.message).not.toMatch(/S3cret|bob/);
});

test.each([
  ["http://bob:S3cret@127.0.0.1/v1 is wrong", "http://…@127.0.0.1/v1 is wrong"],
  ["the token hf_AbCdEfGhIjKlMnOp is not valid", "the token … is not valid"],
])("%s is told without its secret", (said, told) => {
  expect(classifyError({ statusCode: 400, responseBody: said }, call).error.message).toContain(`: ${told}`);
});

describe("an answer of another shape", () => {
  const Chunk = z.union([
    z.object({
      choices: z.array(z.object({ delta: z.object({ content: z.string() }) })),
      usage: z.object({ total: z.number() }).nullish(),
    }),
    z.object({ error: z.object({ message: z.string() }) }),
    z.discriminatedUnion("type", [z.object({ type: z.literal("a") }), z.object({ type: z.literal("b") })]),
  ]);

  test.each<readonly [unknown, string]>([
    [{ choices: "none" }, 'at "choices": expected array, received string'],
    [{ choices: [], usage: "many" }, 'at "usage": expected object, received string'],
    [
      { choices: [{ delta: { content: 5 } }] },
      'at "choices.0.delta.content": expected string, received number',
    ],
    [{ error: 5 }, 'at "error": expected object, received number'],
    ["text", "expected object, received string"],
  ])("%j is told in one clause", (value, clause) => {
    const { error } = Chunk.safeParse(value);
    expect(mismatchOf([new Error("wrapped"), error])).toBe(clause);
    const cause = Object.assign(new Error("Type validation failed"), {
      name: "AI_TypeValidationError",
      cause: error,
    });
    expect(classifyError(cause, call).error.message).toMatch(
      /^odd\/m gave an answer that cannot be read: (at "|exp)/,
    );
  });

  test("is of no kind that is known", () => {
    const Known = z.discriminatedUnion("type", [z.object({ type: z.literal("a") })]);
    const { error } = Known.safeParse({ type: "c" });
    expect(mismatchOf([error])).toBe("at \"type\": Invalid discriminator value. Expected 'a'");
    const issue = { path: ["type"], message: "Invalid input", errors: [] };
    expect(mismatchOf([{ issues: [issue] }])).toBe('at "type": a value that is not known');
  });

  test("is nothing of the kind where an error is no schema's", () => {
    expect(mismatchOf([new Error("x"), 5, null, { issues: [] }, { issues: "none" }])).toBeUndefined();
  });
});
