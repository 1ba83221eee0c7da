import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { jsonOutput } from "./json-output.ts";

class Hidden {
  readonly #inside = 1;
  get inside(): number {
    return this.#inside;
  }
}

class Told {
  readonly a = 1;
  toJSON(): unknown {
    return { told: this.a };
  }
}

class Open {
  readonly b = 2;
}

const nameless = new (class {
  static readonly name = "";
  get inside(): number {
    return 1;
  }
})();
const heir = (of: object | null): object => Object.create(of) as object;
const file = createReadStream("/dev/null");
const fault = Object.assign(new TypeError("no such user"), { code: "E_USER" });

describe("what a tool returns", () => {
  it.each<[string, unknown, string]>([
    ["Response", new Response("hi"), "a Response; return what its json() or text() gives"],
    ["Error", new Error("x"), "an Error; throw it, or return its message"],
    ["Error with a code", fault, "a TypeError; throw it, or return its message"],
    ["Map", new Map([["a", 1]]), "a Map; return Object.fromEntries of it"],
    ["Set", new Set([1]), "a Set; return a list of its members"],
    ["web stream", new ReadableStream(), "a ReadableStream; read it to its end, and return what it held"],
    ["Node's stream", Readable.from(["a"]), "a Readable; read it to its end, and return what it held"],
    ["stream of a file", file, "a ReadStream; read it to its end, and return what it held"],
    ["Headers", new Headers({ a: "b" }), "a Headers; return a text, a list or a plain object"],
    ["pattern", /x/, "a RegExp; return a text, a list or a plain object"],
    ["buffer", new ArrayBuffer(2), "an ArrayBuffer; return a text, a list or a plain object"],
    ["class that hides all", new Hidden(), "a Hidden; return a text, a list or a plain object"],
    ["heir of nothing", heir(heir(heir(null))), "an object without members of its own"],
    ["class without a name", nameless, "an object without members of its own; return a text"],
  ])("is told as what it is where it is a %s", (_what, value, words) => {
    expect(jsonOutput(value)).toEqual({ problem: expect.stringContaining(`it returned ${words}`) as string });
    file.destroy();
  });

  it.each<[string, unknown, unknown]>([
    ["an empty object", {}, {}],
    ["one without a prototype", Object.create(null), {}],
    ["one of another realm", runInNewContext("({})"), {}],
    ["an empty list", [], []],
    ["a class with members", new Open(), { b: 2 }],
    ["a class that tells itself", new Told(), { told: 1 }],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["an address", new URL("http://a/"), "http://a/"],
    ["bytes", new Uint8Array([1]), { 0: 1 }],
    ["no bytes", new Uint8Array(), {}],
    ["a text in a box", Object("x"), "x"],
    ["what holds one that is told so by itself", { a: new Map() }, { a: {} }],
  ])("stays as it is where it is %s", (_what, value, told) => {
    expect(jsonOutput(value)).toMatchObject({ value: told });
  });
});
