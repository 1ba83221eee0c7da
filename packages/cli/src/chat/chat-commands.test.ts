import { expect, it } from "vitest";
import type { Decision } from "../requests/decision.ts";
import { CHAT_COMMANDS, chatHelp, readChatLine } from "./chat-commands.ts";

const decision = (what: Decision) => ({ kind: "decision", decision: what });

it.each([
  ["Survey this", { kind: "message", text: "Survey this" }],
  ["  ", { kind: "nothing" }],
  ["/workers ", { kind: "command", command: "/workers" }],
  ["/HELP", { kind: "command", command: "/help" }],
  ["/exit", { kind: "command", command: "/quit" }],
  ["/wokers", { kind: "slip", words: 'there is no command /wokers; did you mean "/workers"?' }],
  [
    "/",
    {
      kind: "slip",
      words:
        "there is no command /; there are /help, /workers, /inbox, /answer, /approve, /deny, /stop, /quit",
    },
  ],
  ["/stop the tests first", { kind: "message", text: "/stop the tests first" }],
  ["/inbox", decision({ do: "list", which: undefined })],
  ["/inbox 2", decision({ do: "list", which: "2" })],
  ["/answer 2 the  blue one", decision({ do: "answer", which: "2", given: ["the", "blue", "one"] })],
  ["/approve", decision({ do: "approve", which: undefined, always: undefined })],
  ["/approve always tool", decision({ do: "approve", which: undefined, always: "tool" })],
  ["/Approve 2 always worker", decision({ do: "approve", which: "2", always: "worker" })],
  ["/deny", decision({ do: "deny", which: undefined, reason: undefined })],
  ["/deny not today", decision({ do: "deny", which: undefined, reason: "not today" })],
  ["/deny w-4f/c1 not today", decision({ do: "deny", which: "w-4f/c1", reason: "not today" })],
  ["/etc/hosts is missing", { kind: "message", text: "/etc/hosts is missing" }],
])("%j is understood", (line, read) => {
  expect(readChatLine(line)).toEqual(read);
});

it.each([
  ["/inbox 1 2", "/inbox takes one number, as in: /inbox 2"],
  ["/answer", "/answer needs the number of the question and the answer, as in: /answer 1 blue"],
  ["/answer 1", "/answer needs the number of the question and the answer, as in: /answer 1 blue"],
  ["/anser 1 blue", 'there is no command /anser; did you mean "/answer"?'],
  ["/approve 1 always wroker", '"always wroker" cannot stand there; did you mean "worker"?'],
  [
    "/approve 1 please",
    '"please" cannot stand there; type /approve 1, /approve 1 always worker or /approve 1 always tool',
  ],
])("%j is a slip, and a sentence helps on", (line, words) => {
  expect(readChatLine(line)).toEqual({ kind: "slip", words });
});

it("help names every command", () => {
  for (const name of Object.keys(CHAT_COMMANDS)) expect(chatHelp().join("\n")).toContain(name);
});
