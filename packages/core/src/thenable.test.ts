import { expect, it } from "vitest";
import { isThenable } from "./thenable.ts";

const stub = (answers: (name: PropertyKey) => unknown): object =>
  new Proxy(() => undefined, { get: (_target, name) => answers(name) });

const named = (name: string, value: unknown): object => Object.fromEntries([[name, value]]);

it("a promise, and whatever has a function named then, is waited for", () => {
  for (const value of [Promise.resolve(1), named("then", () => undefined), stub(() => () => undefined)])
    expect(isThenable(value)).toBe(true);
});

it("nothing else is", () => {
  for (const value of [undefined, null, 1, "then", {}, named("then", 1), () => 1, stub(() => undefined)])
    expect(isThenable(value)).toBe(false);
});

it("what throws when it is asked throws, as it does where it is awaited", () => {
  const value = stub(() => {
    throw new Error("gone");
  });
  expect(() => isThenable(value)).toThrow("gone");
});
