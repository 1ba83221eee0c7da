import { expect, it } from "vitest";
import { ColonyError, messageOf } from "./colony-error.ts";

const fail = (): never => {
  throw new Error("trap");
};
const hostile: object = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail });
const itself: unknown[] = [];
itself.push(itself);

it.each<[string, unknown, string]>([
  ["an error's are its message", new Error("no"), "no"],
  ["an error without a message has its name", new TypeError(), "TypeError"],
  ["a colony's error has its sentence", new ColonyError("usage.invalid", "give more"), "give more"],
  ["a text is itself", "words", "words"],
  ["an object is its JSON", { a: 1 }, '{"a":1}'],
  ["what refers to itself has a name", itself, "[object Array]"],
  ["what JSON leaves out has a name", { toJSON: () => undefined }, "[object Object]"],
  ["nothing is nothing", undefined, "undefined"],
  ["a symbol is its text", Symbol("s"), "Symbol(s)"],
  [
    "a message that is no text becomes one",
    Object.assign(new Error(), { message: Symbol("m") }),
    "Symbol(m)",
  ],
  [
    "a message that throws has none",
    Object.defineProperty(new Error("x"), "message", { get: fail }),
    "something was thrown that cannot be read",
  ],
  ["what throws at every look has none", hostile, "something was thrown that cannot be read"],
])("the words of what was thrown: %s", (_what, thrown, words) => {
  expect(messageOf(thrown)).toBe(words);
});
