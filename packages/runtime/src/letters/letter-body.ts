import {
  AgentId,
  Answers,
  ApprovalScope,
  Budget,
  CallId,
  ColonyError,
  ExecutionId,
  FilePart,
  InputId,
  InputKind,
  InputMode,
  JsonValueSchema,
  requestIdOf,
  type AgentCommand,
} from "@colony/core";
import { PERSON } from "@colony/overseer";
import { z } from "zod";
import { RELEASE } from "../release.ts";
import { LIFE_WORDS } from "./life-letter.ts";
import { TRIGGER_LETTERS } from "./trigger-letter.ts";

const InputLetter = z.object({
  kind: z.literal("input"),
  agentId: AgentId,
  inputId: InputId,
  inputKind: InputKind,
  mode: InputMode,
  text: z.string(),
  files: z.array(FilePart).readonly().optional(),
  /** Every letter has one, so that one that is met again after a crash is the same input. */
  idempotencyKey: z.string(),
});
/** An input for an agent. */
export type InputLetter = z.infer<typeof InputLetter>;

const LetterBody = z.discriminatedUnion("kind", [
  InputLetter,
  /** Of that execution only: its successor is none of the sender's business. */
  z.object({
    kind: z.literal("cancel"),
    agentId: AgentId,
    executionId: ExecutionId,
    reason: z.string().nullable(),
  }),
  /** An agent and what is below it; null: everything. */
  z.object({ kind: z.literal("stop"), agentId: AgentId.nullable(), reason: z.string().nullable() }),
  /** Closes a worker, opens it again, leaves it out of lists, or takes it out of them for good. */
  z.object({
    kind: z.literal("life"),
    word: z.enum(LIFE_WORDS),
    agentId: AgentId,
    reason: z.string().nullable(),
  }),
  /** Of a question that an agent has asked. */
  z.object({ kind: z.literal("answer"), agentId: AgentId, callId: CallId, answers: Answers }),
  /** A person's word on a call. */
  z.object({
    kind: z.literal("resolve"),
    agentId: AgentId,
    callId: CallId,
    tool: z.string(),
    decision: z.enum(["approved", "denied"]),
    reason: z.string().optional(),
    input: JsonValueSchema.optional(),
    always: ApprovalScope.optional(),
  }),
  ...TRIGGER_LETTERS,
  /** The limits that are named; the others stay. */
  z.object({ kind: z.literal("budget"), budget: Budget }),
]);
/** What one process may ask of the one that has the colony open. */
export type LetterBody = z.infer<typeof LetterBody>;

/** A letter as it is kept. */
export function writeLetter(body: LetterBody): string {
  const idempotencyKey = letterKey(body);
  return JSON.stringify(idempotencyKey === undefined ? body : { ...body, idempotencyKey });
}

/** What letters are found by that have to do with the same thing. */
export function letterKey(body: LetterBody): string | undefined {
  switch (body.kind) {
    case "input":
      return body.idempotencyKey;
    case "answer":
    case "resolve":
      return `request:${requestIdOf(body.agentId, body.callId)}`;
    case "life":
      return `life:${body.agentId}`;
    default:
      return undefined;
  }
}

/** Reads what was left. Throws `usage.invalid` for what another release may have meant. */
export function readLetter(text: string): LetterBody {
  const read = LetterBody.safeParse(jsonOf(text));
  if (read.success) return read.data;
  throw new ColonyError(
    "usage.invalid",
    `what was sent cannot be read by release ${RELEASE}, which has the colony open; send it with that release`,
  );
}

/** The command that an input's letter comes to. */
export function receiveCommand(letter: InputLetter): AgentCommand {
  const { inputId, inputKind, mode, text, files, idempotencyKey } = letter;
  return {
    type: "input.receive",
    inputId,
    kind: inputKind,
    mode,
    from: PERSON,
    text,
    ...(files === undefined ? {} : { files }),
    idempotencyKey,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
