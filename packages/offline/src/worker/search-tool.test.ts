import { expect, test } from "vitest";
import { searchToolIn } from "./search-tool.ts";

const tool = (name: string, properties: Record<string, string>, required = Object.keys(properties)) => ({
  name,
  description: "",
  schema: {
    type: "object",
    properties: Object.fromEntries(Object.entries(properties).map(([key, type]) => [key, { type }])),
    required,
  },
});

test("the tool that searches is chosen among those that take one text", () => {
  const offered = [
    tool("read_file", { path: "string" }),
    tool("run_command", { text: "string" }),
    tool("search_text", { pattern: "string", maxMatches: "number" }, ["pattern"]),
    tool("report_to_parent", { status: "string", summary: "string" }),
  ];
  expect(searchToolIn(offered)).toEqual({ name: "search_text", property: "pattern" });
});

test("a tool that takes a text and does not say that it searches is never taken for one", () => {
  expect(
    searchToolIn([tool("delete_note", { text: "string" }), tool("say", { words: "string" })]),
  ).toBeUndefined();
  expect(searchToolIn([tool("search", { count: "number" })])).toBeUndefined();
  expect(searchToolIn([tool("search", {})])).toBeUndefined();
});

test("the workspace's own search needs paths too: it gets the whole workspace, and ignores letter case", () => {
  const offered = [
    tool("search_text", { pattern: "string", paths: "array" }),
    tool("look_up", { query: "string" }),
  ];
  expect(searchToolIn(offered)).toEqual({
    name: "search_text",
    property: "pattern",
    besides: { letterCase: "ignore", paths: ["."], maxMatches: 60 },
  });
});
