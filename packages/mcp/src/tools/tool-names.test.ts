import { expect, it } from "vitest";
import { toolNames } from "./tool-names.ts";

it("a tool is named by its server and itself", () => {
  expect(toolNames([{ server: "files", tool: "read" }])).toEqual(["files_read"]);
});

it("what providers refuse is replaced, and what is too long is cut", () => {
  const [name = "", long = ""] = toolNames([
    { server: "my files", tool: "read/all.now" },
    { server: "s".repeat(60), tool: "read_a_file" },
  ]);
  expect(name).toBe("my_files_read_all_now");
  expect(long).toMatch(/^s{55}_[0-9a-f]{8}$/);
  expect(long).toHaveLength(64);
});

it("one that would be named as a tool of the runtime's own is named otherwise, always the same", () => {
  const [name = "", other] = toolNames([
    { server: "ask", tool: "user" },
    { server: "ask", tool: "users" },
  ]);
  expect(name).toMatch(/^ask_user_[0-9a-f]{8}$/);
  expect(other).toBe("ask_users");
  expect(toolNames([{ server: "ask", tool: "user" }])).toEqual([name]);
});

it("those that would be named alike are all named otherwise, each always the same", () => {
  const one = { server: "a_b", tool: "c" };
  const other = { server: "a", tool: "b_c" };
  const names = toolNames([one, other]);
  expect(new Set(names).size).toBe(2);
  expect(names.every((name) => /^a_b_c_[0-9a-f]{8}$/.test(name))).toBe(true);
  expect(toolNames([other, one])).toEqual(names.toReversed());
});

it("a tool that is named as another one is after all is named otherwise too", () => {
  const alike = [
    { server: "a", tool: "b c" },
    { server: "a", tool: "b_c" },
  ];
  const [first = "", second = ""] = toolNames(alike);
  const names = toolNames([...alike, { server: "a", tool: first.slice(2) }]);
  expect(new Set(names).size).toBe(3);
  expect(names[0]).toMatch(/^a_b_c_[0-9a-f]{40}$/);
  expect(names[1]).toBe(second);
});

it("tools that nobody can tell apart do not take for ever", () => {
  const one = { server: "a", tool: "b" };
  expect(toolNames([one, one])).toHaveLength(2);
});
