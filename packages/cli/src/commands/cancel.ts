import type { AgentRecord } from "@colony/core";
import type { ColonySender } from "@colony/runtime";
import { findAgent } from "../colony/find-agent.ts";
import { openSender } from "../colony/open-sender.ts";
import { EXIT } from "../errors/exit-code.ts";
import { agentName } from "../render/agent-words.ts";
import { fateOf, tellFate } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

/** `cancel`: what one agent is doing now is called off. */
export const cancelCommand: Command = {
  name: "cancel",
  summary: "call off what one worker, or the overseer, is doing",
  details: [
    "Its workers go on; to end them too, stop it. Works on a colony that is open elsewhere, and on one that nobody",
    "has open: whoever opens it next does it before anything goes on.",
  ],
  positional: { name: "agent", required: true, example: "w-4f2k" },
  options: [{ name: "reason", value: "TEXT", says: "why, for the record" }],
  examples: ["cancel w-4f2k", 'cancel overseer --reason "wrong folder"'],
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { args, settings } = context;
  await using sender = await openSender(settings);
  const agent = findAgent(sender.reader.agents(), args.positionals[0] ?? "");
  const reason = args.text("reason");
  const sent = await sender.cancel(agent.id, reason === undefined ? {} : { reason });
  const fate = await fateOf(sender, sent);
  const happened = fate === "kept" ? undefined : await wasCancelled(sender, agent);
  const who = agent.kind === "overseer" ? "the overseer" : agentName(agent);
  await tellFate(context, fate, {
    letterId: sent.letterId,
    agentId: agent.id,
    owner: sender.reader.owner()?.pid,
    ...(happened === undefined ? {} : { outcome: happened ? "cancelled" : "not_at_work" }),
    done:
      happened === false
        ? `${who} was not at work any more, so nothing was cancelled`
        : `cancelled what ${who} was doing`,
    kept: `what ${who} was doing is cancelled by whoever opens it next`,
  });
  return EXIT.success;
}

/** It may have ended by itself just before; then its end stands. */
async function wasCancelled(
  { reader }: Pick<ColonySender, "reader">,
  { id, execution }: AgentRecord,
): Promise<boolean> {
  const query = { agentId: id, types: ["CANCEL_REQUESTED", "EXECUTION_CANCELLED"] } as const;
  for await (const event of reader.feed({ query, until: reader.head() }))
    if (event.executionId === execution?.id) return true;
  return false;
}
