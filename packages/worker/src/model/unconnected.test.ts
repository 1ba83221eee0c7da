import { describe, expect, test } from "vitest";
import { isUnconnected } from "./unconnected.ts";

const coded = (code: unknown, cause?: unknown) => Object.assign(new Error("no", { cause }), { code });

describe("no connection was made", () => {
  test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"])("by %s, however it is wrapped", (code) => {
    expect(isUnconnected(coded(code))).toBe(true);
    const wrapped = new Error("Cannot connect to API", {
      cause: new TypeError("fetch failed", { cause: coded(code) }),
    });
    expect(isUnconnected(wrapped)).toBe(true);
  });
});

describe("a connection may have been made", () => {
  const around = coded("LOOP");
  around.cause = around;
  const hostile = {
    get code(): never {
      throw new Error("looked at");
    },
  };
  test.each<[string, unknown]>([
    ["that was reset", coded("ECONNRESET")],
    ["that has timed out", coded("ETIMEDOUT")],
    [
      "by a library that had tried before",
      Object.assign(new Error("3 tries"), { lastError: coded("ECONNREFUSED") }),
    ],
    ["of which only words tell", new Error("ECONNREFUSED")],
    ["of which nothing is known", undefined],
    ["by an error that is its own cause", around],
    ["by an error that cannot be looked at", hostile],
  ])("%s", (_what, error) => {
    expect(isUnconnected(error)).toBe(false);
  });
});
