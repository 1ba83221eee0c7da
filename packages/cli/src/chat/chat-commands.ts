import { suggestion } from "../arguments/nearest.ts";

/** What can be typed in a chat besides messages. */
export const CHAT_COMMANDS = {
  "/help": "list these",
  "/workers": "list the workers of this colony",
  "/stop": "stop everything that is at work (Ctrl-C does the same)",
  "/quit": "leave; what is at work goes on the next time (Ctrl-D does the same)",
} as const;

/** One of the commands of a chat. */
export type ChatCommand = keyof typeof CHAT_COMMANDS;

/** What a typed line is: a command, a message for the overseer, nothing, or a slip. */
export type ChatLine =
  | { readonly kind: "command"; readonly command: ChatCommand }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "slip"; readonly words: string };

/** Reads a typed line. A path such as `/etc/hosts is missing` is a message, not a command. */
export function readChatLine(line: string): ChatLine {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (!/^\/[a-z]*$/iu.test(text)) return { kind: "message", text };
  const word = text.toLowerCase();
  const names = Object.keys(CHAT_COMMANDS);
  if (isCommand(word)) return { kind: "command", command: word };
  if (word === "/exit" || word === "/q") return { kind: "command", command: "/quit" };
  const hint = suggestion(word, names) || `; there are ${names.join(", ")}`;
  return { kind: "slip", words: `there is no command ${text}${hint}` };
}

/** The commands with what they do, one a line. */
export function chatHelp(): readonly string[] {
  return [
    ...Object.entries(CHAT_COMMANDS).map(([name, says]) => `  ${name.padEnd(9)} ${says}`),
    "Everything else is said to the overseer. Keys: arrows for the history, Ctrl-A Ctrl-E Ctrl-W Ctrl-U to edit.",
  ];
}

function isCommand(word: string): word is ChatCommand {
  return Object.hasOwn(CHAT_COMMANDS, word);
}
