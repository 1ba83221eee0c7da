import { suggestion } from "../arguments/nearest.ts";
import { DECISIONS, readDecision, type Decision, type DecisionCommand } from "../requests/decision.ts";

/** What can be typed in a chat besides messages. */
export const CHAT_COMMANDS = {
  "/help": "list these",
  "/workers": "list the workers of this colony",
  "/inbox": "list what waits for you; with a number, all of one",
  "/answer": "answer a question: /answer 2 blue; several by their ids: /answer 2 color=blue size=3",
  "/approve": "let a call run: /approve 2; later ones too: /approve 2 always worker (or tool)",
  "/deny": "deny a call, with a reason if you like: /deny 2 not today",
  "/stop": "stop everything that is at work, or waits for you (Ctrl-C does the same)",
  "/quit": "leave; what is at work goes on the next time (Ctrl-D does the same)",
} as const;

/** One of the commands of a chat that take nothing behind them. */
export type ChatCommand = Exclude<keyof typeof CHAT_COMMANDS, DecisionCommand>;

/** What a typed line is: a command, a decision, a message for the overseer, nothing, or a slip. */
export type ChatLine =
  | { readonly kind: "command"; readonly command: ChatCommand }
  | { readonly kind: "decision"; readonly decision: Decision }
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "slip"; readonly words: string };

/** Reads a typed line. A path such as `/etc/hosts is missing` is a message, not a command. */
export function readChatLine(line: string): ChatLine {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  const [first = "", ...rest] = text.split(/\s+/u);
  if (!/^\/[a-z]*$/iu.test(first)) return { kind: "message", text };
  const word = first.toLowerCase();
  if (isDecision(word)) return decisionOf(readDecision(word, rest));
  const near = suggestion(word, rest.length === 0 ? Object.keys(CHAT_COMMANDS) : DECISIONS);
  if (rest.length > 0) return near === "" ? { kind: "message", text } : slip(first, near);
  if (isCommand(word)) return { kind: "command", command: word };
  if (word === "/exit" || word === "/q") return { kind: "command", command: "/quit" };
  return slip(first, near || `; there are ${Object.keys(CHAT_COMMANDS).join(", ")}`);
}

function slip(typed: string, hint: string): ChatLine {
  return { kind: "slip", words: `there is no command ${typed}${hint}` };
}

function decisionOf(read: ReturnType<typeof readDecision>): ChatLine {
  return "slip" in read ? { kind: "slip", words: read.slip } : { kind: "decision", decision: read };
}

/** The commands with what they do, one a line. */
export function chatHelp(): readonly string[] {
  return [
    ...Object.entries(CHAT_COMMANDS).map(([name, says]) => `  ${name.padEnd(9)} ${says}`),
    "Everything else is said to the overseer. Where the prompt says answer, it answers the overseer's question.",
    "Keys: arrows for the history, Ctrl-A Ctrl-E Ctrl-W Ctrl-U to edit.",
  ];
}

function isCommand(word: string): word is ChatCommand {
  return Object.hasOwn(CHAT_COMMANDS, word) && !isDecision(word);
}

function isDecision(word: string): word is DecisionCommand {
  return DECISIONS.some((decision) => decision === word);
}
