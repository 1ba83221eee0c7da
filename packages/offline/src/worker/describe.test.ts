import { expect, test } from "vitest";
import { describedBy } from "./describe.ts";

test.each([
  [
    "README.md",
    "# Box\n\n[![badge](x)](y)\n\n> quote\n\nA **box** of [things](z). More.",
    "A box of things.",
  ],
  [
    "README.md",
    "---\ntitle: x\n---\n<!-- no -->\n```sh\nnpm run this\n```\n\nKeeps things\nin order",
    "Keeps things in order",
  ],
  ["README.rst", "Box\n===\n\nHolds what you put in.\n", "Holds what you put in."],
  ["package.json", '{"description": "Small box"}', "Small box"],
  ["Cargo.toml", '[package]\ndescription = "A crate"\n', "A crate"],
  ["index.ts", "#!/usr/bin/env node\n/**\n * The way in.\n * Second.\n */\nexport {};", "The way in."],
  ["main.go", "// Package box opens boxes.\npackage box\n", "Package box opens boxes."],
  ["main.py", '"""Runs the box."""\n', "Runs the box."],
])("%s says what its folder is", (name, text, sentence) => {
  expect(describedBy(`a/${name}`, text)).toBe(sentence);
});

test.each([
  ["README.md", "# Only a title\n"],
  ["package.json", "not json"],
  ["index.ts", "/* Copyright 2020 */\nexport {};"],
  ["index.ts", "export {};\n"],
])("%s that says nothing describes nothing", (name, text) => {
  expect(describedBy(name, text)).toBeUndefined();
});
