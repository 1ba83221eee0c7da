import {
  ApprovalScope,
  ColonyError,
  JsonValueSchema,
  type JsonValue,
  type PendingRequest,
} from "@colony/core";
import type { ColonySender } from "@colony/runtime";
import { suggestion } from "../arguments/nearest.ts";
import { openSender } from "../colony/open-sender.ts";
import { EXIT } from "../errors/exit-code.ts";
import { findPending } from "../requests/find-request.ts";
import { byPlace } from "../requests/numbered.ts";
import { AT_COMMAND_LINE } from "../requests/request-words.ts";
import { fateOf, tellFate } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

/** `approve`: lets a call run. */
export const approveCommand: Command = {
  name: "approve",
  summary: "let a call run that waits for approval",
  details: [
    "With --input it runs with that instead of what the model gave. With --always it is not asked about again: for",
    '"worker", in calls of this worker; for "tool", in calls of anybody, what waits already included.',
  ],
  positional: { name: "request", required: false, example: "1" },
  options: [
    { name: "input", value: "JSON", says: "what the tool is to run with" },
    { name: "always", value: "SCOPE", says: "worker or tool" },
  ],
  examples: ["approve 1", "approve w-4f2k --always worker", `approve 1 --input '{"sum": 5}'`],
  run: approve,
};

/** `deny`: has a call answered as denied. */
export const denyCommand: Command = {
  name: "deny",
  summary: "deny a call that waits for approval",
  details: ["The model is told so, with the reason, and goes on without."],
  positional: { name: "request", required: false, example: "1" },
  options: [{ name: "reason", value: "TEXT", says: "why, for the model" }],
  examples: ["deny 1", 'deny w-4f2k --reason "not on a Friday"'],
  run: deny,
};

async function approve(context: CommandContext): Promise<number> {
  const { args, settings } = context;
  const input = inputOf(args.text("input"));
  const always = scopeOf(args.text("always"));
  await using sender = await openSender(settings);
  const request = approvalOf(sender, args.positionals[0]);
  const sent = await sender.approve(request.id, {
    ...(input === undefined ? {} : { input }),
    ...(always === undefined ? {} : { always }),
  });
  const fate = await fateOf(sender, sent);
  await tellFate(context, fate, {
    letterId: sent.letterId,
    request: request.id,
    owner: sender.reader.owner()?.pid,
    done: `approved ${request.tool} for ${request.id}`,
    kept: `whoever opens it next lets ${request.tool} run for ${request.id}`,
  });
  return EXIT.success;
}

async function deny(context: CommandContext): Promise<number> {
  const { args, settings } = context;
  await using sender = await openSender(settings);
  const request = approvalOf(sender, args.positionals[0]);
  const reason = args.text("reason");
  const sent = await sender.deny(request.id, reason === undefined ? {} : { reason });
  const fate = await fateOf(sender, sent);
  await tellFate(context, fate, {
    letterId: sent.letterId,
    request: request.id,
    owner: sender.reader.owner()?.pid,
    done: `denied ${request.tool} for ${request.id}`,
    kept: `whoever opens it next denies ${request.tool} for ${request.id}`,
  });
  return EXIT.success;
}

function approvalOf({ reader }: Pick<ColonySender, "reader">, typed: string | undefined): PendingRequest {
  const place = { requests: byPlace(reader.pending()), agents: reader.agents(), words: AT_COMMAND_LINE };
  return findPending(place, typed, "approval").request;
}

function inputOf(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JsonValueSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ColonyError(
      "usage.invalid",
      `--input is ${JSON.stringify(text)}, which is not JSON; give it in quotes, as in --input '{"sum": 5}'`,
      { cause },
    );
  }
}

function scopeOf(text: string | undefined): ApprovalScope | undefined {
  if (text === undefined) return undefined;
  const scope = ApprovalScope.safeParse(text);
  if (scope.success) return scope.data;
  throw new ColonyError(
    "usage.invalid",
    `--always ${JSON.stringify(text)} is no scope${suggestion(text, ApprovalScope.options) || "; give worker or tool"}`,
  );
}
