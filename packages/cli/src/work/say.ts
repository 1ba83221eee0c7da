import { text as textFrom } from "node:stream/consumers";
import { ColonyError, InputMode, type AgentRecord } from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";
import type { Option } from "../arguments/option.ts";
import { findAgent } from "../colony/find-agent.ts";
import { openSender } from "../colony/open-sender.ts";
import type { CommandContext } from "../commands/command.ts";
import { EXIT } from "../errors/exit-code.ts";
import { reportError } from "../errors/report-error.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { agentName } from "../render/agent-words.ts";
import { exitCodeFor, failureWords } from "./result.ts";
import { fateOf, tellFate } from "./sending.ts";

const MODES = InputMode.options;

/** How something is said from beside. */
export const SAYING_OPTIONS: readonly Option[] = [
  {
    name: "mode",
    value: "MODE",
    says: "queue: after what runs; steer: at the next model call; interrupt: instead of it",
  },
  {
    name: "key",
    value: "KEY",
    says: "the same key with the same text is one input, however often it is sent",
  },
  { name: "wait", says: "wait for the answer and print it" },
];

/** Says something to an agent of a colony that another process has open, or that nobody has. Resolves to the exit code. */
export async function say(
  context: CommandContext,
  { to: named, typed, example }: { readonly to: string; readonly typed: string; readonly example: string },
): Promise<number> {
  const { io, args, settings } = context;
  const mode = modeOf(args.text("mode"));
  const idempotencyKey = args.text("key");
  const text = await textOf(typed, io.stdin, example);
  await using sender = await openSender(settings);
  const to = findAgent(sender.reader.agents(), named);
  const sent = await sender.inject(text, {
    to: to.id,
    ...(mode === undefined ? {} : { mode }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const fate = await fateOf(sender, sent);
  const owner = sender.reader.owner()?.pid;
  const { letterId, inputId, agentId } = sent;
  const who = whoIs(to);
  const told = { letterId, inputId, agentId, owner };
  if (!args.flag("wait")) {
    const done = `sent: process ${owner ?? "?"} has taken it for ${who} (${inputId})`;
    await tellFate(context, fate, {
      ...told,
      done,
      kept: `whoever opens it next gives it to ${who} (${inputId})`,
    });
    return EXIT.success;
  }
  if (fate === "kept") tell(io.stderr, KEPT);
  const outcome = await sent.outcome();
  if (settings.output === "json")
    await write(io.stdout, `${JSON.stringify({ ...told, owner: owner ?? null, ...outcome }, null, 2)}\n`);
  else if (outcome.status === "completed") await write(io.stdout, `${(outcome.text ?? "").trimEnd()}\n`);
  if (outcome.status !== "completed")
    reportError(new ColonyError("execution.failed", failureWords(outcome)), io);
  return exitCodeFor(outcome);
}

/** An agent as sentences name it. */
export function whoIs(agent: AgentRecord): string {
  return agent.kind === "overseer" ? "the overseer" : agentName(agent);
}

const KEPT = "kept: nobody takes it now; waiting until somebody opens this colony (Ctrl-C leaves it there)";

function modeOf(typed: string | undefined): InputMode | undefined {
  if (typed === undefined) return undefined;
  const read = InputMode.safeParse(typed);
  if (read.success) return read.data;
  const hint = suggestion(typed, MODES) || `; modes are ${MODES.join(", ")}`;
  throw new ColonyError("usage.invalid", `there is no mode "${typed}"${hint}`);
}

async function textOf(typed: string, stdin: CommandContext["io"]["stdin"], example: string): Promise<string> {
  if (typed !== "-") return typed;
  const text = (await textFrom(stdin)).trim();
  if (text !== "") return text;
  throw new ColonyError(
    "usage.invalid",
    `standard input was empty; write the text to it, or give it in quotes: ${example}`,
  );
}
