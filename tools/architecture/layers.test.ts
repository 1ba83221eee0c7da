import { expect, test } from "vitest";
import { findCycle, layerFindings, packageGraph } from "./layers.ts";

const manifest = (name: string, dependencies: object) => ({
  path: `packages/${name}/package.json`,
  text: JSON.stringify({ name: `@colony/${name}`, dependencies }),
});

test("the graph holds our own packages and no others", () => {
  expect(packageGraph([manifest("a", { "@colony/b": "workspace:*", zod: "catalog:" })])).toEqual({
    a: ["b"],
  });
});

test("a dependency outside the table is found", () => {
  expect(layerFindings({ a: ["b"], b: [] }, { a: [], b: [] })).toEqual(["a may not depend on b"]);
});

test("a package without a row and a row without a package are found", () => {
  expect(layerFindings({ a: [] }, { b: [] })).toHaveLength(2);
});

test("a graph without packages is a finding", () => {
  expect(layerFindings({}, {})).toHaveLength(1);
});

test("the allowed dependency is allowed", () => {
  expect(layerFindings({ a: ["b"], b: [] }, { a: "all", b: [] })).toEqual([]);
});

test("a cycle is found, however long", () => {
  expect(findCycle({ a: ["b"], b: ["c"], c: ["b"] })).toEqual(["b", "c", "b"]);
  expect(findCycle({ a: ["b", "c"], b: ["c"], c: [] })).toBeUndefined();
});
