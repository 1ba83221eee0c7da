import { expect, it } from "vitest";
import { CHAT_COMMANDS, chatHelp, readChatLine } from "./chat-commands.ts";

it.each([
  ["Survey this", { kind: "message", text: "Survey this" }],
  ["  ", { kind: "nothing" }],
  ["/workers ", { kind: "command", command: "/workers" }],
  ["/HELP", { kind: "command", command: "/help" }],
  ["/exit", { kind: "command", command: "/quit" }],
  ["/wokers", { kind: "slip", words: 'there is no command /wokers; did you mean "/workers"?' }],
  ["/", { kind: "slip", words: "there is no command /; there are /help, /workers, /stop, /quit" }],
  ["/etc/hosts is missing", { kind: "message", text: "/etc/hosts is missing" }],
])("%j is understood", (line, read) => {
  expect(readChatLine(line)).toEqual(read);
});

it("help names every command", () => {
  for (const name of Object.keys(CHAT_COMMANDS)) expect(chatHelp().join("\n")).toContain(name);
});
