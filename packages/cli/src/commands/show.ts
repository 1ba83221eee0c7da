import { ColonyError, type AgentId } from "@colony/core";
import type { ColonyReader } from "@colony/runtime";
import { findAgent } from "../colony/find-agent.ts";
import {
  isPaused,
  NOBODY_AT_HOME,
  openReader,
  tellDamages,
  whomTheyWaitForIn,
} from "../colony/open-reader.ts";
import { workDoneIn } from "../colony/work-done.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { NO_WORK } from "../render/agent-words.ts";
import { agentPage } from "../render/agent-page.ts";
import { cutAnswerOf, type CutAnswer } from "../render/cut-answers.ts";
import { promptPage } from "../render/prompt-page.ts";
import { byPlace } from "../requests/numbered.ts";
import type { Command, CommandContext } from "./command.ts";

/** `show`: everything about one worker. */
export const showCommand: Command = {
  name: "show",
  summary: "show one worker: task, status, report, usage, conversation",
  details: [
    'A worker is named by id, by the start of its id, by name or by label; the overseer is "overseer".',
    "--prompt shows what its model was really sent: the system text and every message of a call.",
  ],
  positional: { name: "worker", required: true, example: "w-4f2k" },
  options: [
    { name: "messages", value: "N", says: "how many of the newest messages to show (default 12)" },
    { name: "prompt", says: "show its newest model call as it was sent, and nothing else" },
    { name: "call", value: "N", says: "with --prompt: its Nth model call, counted from 1" },
  ],
  examples: [
    "show w-4f2k",
    "show overseer --messages 50",
    "show w-4f2k --json",
    "show w-4f2k --prompt --call 2",
  ],
  run,
};

async function run({ io, args, settings, paint }: CommandContext): Promise<number> {
  const messages = args.count("messages");
  const call = args.count("call");
  const isPrompt = args.flag("prompt");
  if (call !== undefined && !isPrompt)
    throw new ColonyError("usage.invalid", "--call says which model call --prompt shows; give --prompt too");
  if (isPrompt && messages !== undefined)
    throw new ColonyError("usage.invalid", "--prompt shows every message of a call; leave --messages out");
  await using reader = await openReader(settings);
  const { id } = findAgent(reader.agents(), args.positionals[0] ?? "");
  if (isPrompt) {
    const sent = await reader.prompt(id, call === undefined ? {} : { call });
    const text =
      settings.output === "json" ? JSON.stringify(sent, null, 2) : promptPage(sent, paint).join("\n");
    await write(io.stdout, `${text}\n`);
    return tellDamages(reader, io.stderr);
  }
  const paused = isPaused(reader);
  if (paused) tell(io.stderr, NOBODY_AT_HOME);
  const state = await reader.agent(id);
  const page = {
    state,
    report: await reader.report(id),
    conversation: state.record.prunedAt === undefined ? await reader.conversation(id) : [],
    cutAnswers: await cutAnswersOf(reader, id),
    requests: byPlace(reader.pending()).filter(({ request }) => request.agentId === id),
  };
  const moment = { now: Date.now(), isPaused: paused, waitsFor: whomTheyWaitForIn(reader) };
  if (settings.output === "json") {
    const { record, limits, inbox } = page.state;
    const { report = null, conversation, cutAnswers } = page;
    const pending = page.requests.map(({ request }) => request);
    const whole = { record, limits, inbox, pending, report, conversation, cutAnswers };
    await write(io.stdout, `${JSON.stringify(whole, null, 2)}\n`);
    return tellDamages(reader, io.stderr);
  }
  const columns = io.stdout.isTTY ? io.stdout.columns : 160;
  const work = (await workDoneIn(reader, moment)).get(id) ?? NO_WORK;
  const lines = agentPage(
    { ...page, work },
    {
      ...moment,
      columns,
      paint,
      ...(messages === undefined ? {} : { messages }),
    },
  );
  await write(io.stdout, `${lines.join("\n")}\n`);
  return tellDamages(reader, io.stderr);
}

/** What models had said of answers that were cut off: it stands in the log, and in no conversation. */
async function cutAnswersOf(reader: ColonyReader, agentId: AgentId): Promise<readonly CutAnswer[]> {
  const answers: CutAnswer[] = [];
  const query = { agentId, types: ["MODEL_CALL_FAILED"] } as const;
  for await (const event of reader.feed({ query, until: reader.head() })) answers.push(...cutAnswerOf(event));
  return answers;
}
