import { ColonyError } from "@colony/core";
import { describe, expect, test } from "vitest";
import { classifyError, type FailedCall } from "./classify-error.ts";

const call: FailedCall = { model: "odd/m", now: 0, hasSpoken: false };

const ADVICE = 'Check that the address is that of a model server, "/v1" included where it wants that.';

/** What a package that asks over HTTP throws. */
function ofPackage(name: string, more: object = {}): Error {
  return Object.assign(new Error("no such shape"), { name }, more);
}

describe("an error of Colony's that a model throws", () => {
  test("says itself what it is, and is not tried again where no other try would help", () => {
    const error = new ColonyError("model.rejected", "the script ends after 1 turn");
    expect(classifyError(error, call)).toEqual({
      error: { code: "model.rejected", message: "odd/m did not answer: the script ends after 1 turn." },
      retryable: false,
    });
  });

  test("is tried again where its code says that this may help", () => {
    const error = new ColonyError("model.overloaded", "come again");
    expect(classifyError(error, call)).toMatchObject({
      error: { code: "model.overloaded" },
      retryable: true,
    });
  });

  test("does not show the key that it names", () => {
    const error = new ColonyError("model.auth", "the key sk-abcdefghijkl is refused");
    expect(classifyError(error, call).error.message).toBe("odd/m did not answer: the key … is refused.");
  });
});

describe("an answer that cannot be read", () => {
  test("is no matter of an address where a model threw that may have none", () => {
    expect(classifyError(new TypeError("x is undefined"), call)).toEqual({
      error: {
        code: "model.broken_stream",
        message: "odd/m gave an answer that cannot be read: x is undefined.",
      },
      retryable: true,
    });
  });

  test.each<[string, unknown, Partial<FailedCall>]>([
    ["its package says so", ofPackage("AI_TypeValidationError"), {}],
    [
      "its package says so of what caused it",
      new Error("wrapped", { cause: ofPackage("AI_JSONParseError") }),
      {},
    ],
    ["it has a status", ofPackage("Error", { statusCode: 200 }), {}],
    ["it came as a page", new Error("no such shape"), { cameAs: "text/html" }],
  ])("is said with where to look where it came over HTTP: %s", (_how, error, more) => {
    const { message } = classifyError(error, { ...call, ...more }).error;
    expect(message.startsWith("odd/m gave an answer that cannot be read: no such shape.")).toBe(true);
    expect(message.endsWith(` ${ADVICE}`)).toBe(true);
  });

  test("is not of a wrong address where it had begun", () => {
    const { message } = classifyError(ofPackage("AI_JSONParseError"), { ...call, hasSpoken: true }).error;
    expect(message).toBe("odd/m gave an answer that cannot be read to its end: no such shape.");
  });
});
