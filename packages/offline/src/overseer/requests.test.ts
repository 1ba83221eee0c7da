import { expect, test } from "vitest";
import { readRequest } from "./requests.ts";

test.each([
  ["Survey this folder", "."],
  ["survey", "."],
  ["Please survey this repository and report back.", "."],
  [
    "Survey this repository with several workers: count files, lines and bytes, and find TODO/FIXME marks.",
    ".",
  ],
  ["Give me an overview of the project", "."],
  ["Give me an overview", "."],
  ["What is in this folder?", "."],
  ["what's in this repo", "."],
  ["Describe the code base", "."],
  ["Summarise this repository.", "."],
  ["Can you analyze the whole workspace, please?", "."],
  ["Tell me about this project", "."],
  ["Survey ./docs", "docs"],
  ["Survey ./docs.", "docs"],
  ["survey packages/core/src!", "packages/core/src"],
  ["Give me an overview of packages/core, please", "packages/core"],
  ["survey the packages folder", "packages"],
  ["Survey packages", "packages"],
  ["Describe the folder tools", "tools"],
  ["What is in src?", "src"],
  ['Survey "my notes/old"', "my notes/old"],
  ["Survey `docs/adr/`", "docs/adr"],
  ["Survey ../secret", "../secret"],
  ["Survey ..", ".."],
  ["Survey ../..", "../.."],
  ["Survey /etc", "/etc"],
  ["survey ~/private", "~/private"],
])("%j asks for a survey of %s", (text, path) => {
  const request = readRequest(text);
  expect(request.kind).toBe("survey");
  expect(request.kind === "survey" ? request.path.replace(/^\.\/(?=.)/u, "") : "").toBe(path);
});

test.each([
  ["status", "status"],
  ["What are the workers doing?", "status"],
  ["what is the status of the survey?", "status"],
  ["How far are you?", "status"],
  ["list workers", "status"],
  ["Hello", "greeting"],
  ["Hi there!", "greeting"],
  ["good morning", "greeting"],
  ["Thank you", "greeting"],
  ["stop", "calling_off"],
  ["never mind", "calling_off"],
  ["Write a poem", "other"],
  ["What is 2 + 2?", "other"],
  ["Who are you?", "other"],
  ["Survey https://example.org/repo", "other"],
  ["Hello, can you write a poem about the sea for me, and make it a very long one?", "other"],
  ["", "other"],
])("%j is understood as %s", (text, kind) => {
  expect(readRequest(text).kind).toBe(kind);
});

test.each([
  "Compare the three proposals in ./docs",
  "please look up the opening hours",
  "Find the lines about night buses",
  "What does the handbook say about leave?",
  "search for lighthouses",
])("%j asks for something to be looked up", (text) => {
  expect(readRequest(text)).toEqual({ kind: "lookup", text });
});

test("who cannot look at folders has everything looked up that is no survey of one", () => {
  expect(readRequest("Review the three proposals in ./docs").kind).toBe("survey");
  expect(readRequest("Review the three proposals in ./docs", "no_folders").kind).toBe("lookup");
  expect(readRequest("Write a poem", "no_folders").kind).toBe("lookup");
  expect(readRequest("Survey this folder", "no_folders").kind).toBe("survey");
  expect(readRequest("status", "no_folders").kind).toBe("status");
  expect(readRequest("", "no_folders").kind).toBe("other");
});
