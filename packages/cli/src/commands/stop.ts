import type { AgentRecord } from "@colony/core";
import { findAgent } from "../colony/find-agent.ts";
import { openSender } from "../colony/open-sender.ts";
import { EXIT } from "../errors/exit-code.ts";
import { agentName } from "../render/agent-words.ts";
import { fateOf, tellFate } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

/** `stop`: everything, or one worker and what is below it. */
export const stopCommand: Command = {
  name: "stop",
  summary: "stop everything that is at work, or one worker and all below it",
  details: [
    "After a stop of everything nothing is begun until somebody says something again. Works on a colony that is open",
    "elsewhere, and on one that nobody has open: whoever opens it next does it before anything goes on.",
  ],
  positional: { name: "agent", required: false, example: "w-4f2k" },
  options: [{ name: "reason", value: "TEXT", says: "why, for the record" }],
  examples: ["stop", "stop w-4f2k", 'stop --reason "wrong folder"'],
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { args, settings } = context;
  const typed = args.positionals[0];
  const reason = args.text("reason");
  await using sender = await openSender(settings);
  const agents = sender.reader.agents();
  const agent = typed === undefined ? undefined : findAgent(agents, typed);
  const wasOver = agent !== undefined && isOver(agent, agents);
  const sent = await sender.stop({
    ...(agent === undefined ? {} : { agent: agent.id }),
    ...(reason === undefined ? {} : { reason }),
  });
  const fate = await fateOf(sender, sent);
  const isAll = agent === undefined || agent.kind === "overseer";
  await tellFate(context, fate, {
    letterId: sent.letterId,
    agentId: agent?.id,
    owner: sender.reader.owner()?.pid,
    done: isAll
      ? "stopped everything that was at work; nothing begins until somebody says something"
      : wasOver
        ? `${agentName(agent)} had ended already; nothing was changed`
        : `stopped ${agentName(agent)} and all below it`,
    kept: isAll
      ? "whoever opens it next stops everything before anything goes on"
      : wasOver
        ? `${agentName(agent)} has ended already and stays so`
        : `whoever opens it next stops ${agentName(agent)} and all below it`,
  });
  return EXIT.success;
}

/** Whether it is closed and keeps nothing, and so is everybody below it: there is nothing to stop. */
function isOver({ id, status, pendingInputs }: AgentRecord, agents: readonly AgentRecord[]): boolean {
  if (status !== "closed" || pendingInputs > 0) return false;
  return agents.every((each) => each.parentId !== id || isOver(each, agents));
}
