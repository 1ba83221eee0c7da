import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { isNewEnough, LEAST_NODE } from "./node-version.ts";

it.each([
  ["v24.12.0", true],
  ["v24.21.3", true],
  ["v26.0.0", true],
  ["v24.11.1", false],
  ["v22.22.0", false],
  ["v20.20.2", false],
  ["v8.17.0", false],
] as const)("whether Node %s is new enough: %s", (version, isEnough) => {
  expect(isNewEnough(version)).toBe(isEnough);
});

it("what is needed is what the package says", () => {
  const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly engines: { readonly node: string };
  };
  expect(engines.node).toBe(`>=${LEAST_NODE}`);
});
