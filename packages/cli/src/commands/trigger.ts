import { text as textFrom } from "node:stream/consumers";
import { ColonyError } from "@colony/core";
import { removeFolderTrigger, setFolderTrigger, type SetTriggerId } from "@colony/runtime";
import { suggestion } from "../arguments/nearest.ts";
import type { Option } from "../arguments/option.ts";
import { findAgent } from "../colony/find-agent.ts";
import { openReader } from "../colony/open-reader.ts";
import { openSender } from "../colony/open-sender.ts";
import { stoppedAt, tellStopped } from "../colony/stopped.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { triggerJson, triggerTable } from "../render/trigger-table.ts";
import { nextWords, scheduleWords } from "../render/trigger-words.ts";
import { TRIGGER_OPTIONS, askedTrigger } from "../settings/trigger-asked.ts";
import { fateOf, tellFate } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

const FIRE_OPTIONS: readonly Option[] = [
  { name: "body", value: "TEXT", says: 'fire: what a webhook is sent; "-" reads it from standard input' },
  { name: "key", value: "KEY", says: "fire: the same key with the same body is one input" },
];

/** `trigger`: what tells agents something by itself. */
export const triggerCommand: Command = {
  name: "trigger",
  summary: "tell an agent something at its times, once, or when a webhook is called",
  details: [
    "trigger add TEXT sets one, trigger list shows them, trigger remove ID takes one away, trigger fire ID fires one now.",
    'They fire while somebody has the colony open: "colony host" does nothing else. What came due while nobody had is made',
    "up for once, unless --missed says otherwise. {{due}} in a text is the time that it came due at; {{body}} in that of a",
    "webhook is what it was sent, {{body.name}} a member of it. Works beside a colony that is open elsewhere.",
  ],
  positional: { name: "action", required: false, example: 'add "look for news" --every 15m' },
  rest: { name: "text or id", required: false, example: '"look for news" --every 15m' },
  options: [...TRIGGER_OPTIONS, ...FIRE_OPTIONS],
  examples: [
    'trigger add "look for news" --cron "0 9 * * 1-5" --zone Europe/Berlin',
    'trigger add "is the build green?" --every 15m --id build',
    'trigger add "wish them a merry christmas" --at 2026-12-24T18:00',
    'trigger add "a build has ended: {{body.status}}" --webhook --id ci',
    "trigger list",
    'trigger fire ci --body \'{"status":"red"}\'',
    "trigger remove build",
  ],
  run,
};

const ACTIONS = { add, list, remove, fire } as const;
type Action = keyof typeof ACTIONS;

/** The options of each action. */
const OWN: Readonly<Record<Action, readonly Option[]>> = {
  add: TRIGGER_OPTIONS,
  list: [],
  remove: [],
  fire: FIRE_OPTIONS,
};

async function run(context: CommandContext): Promise<number> {
  const [action = "list", ...words] = context.args.positionals;
  if (Object.hasOwn(ACTIONS, action)) {
    refuseOthers(action as Action, context.args);
    return await ACTIONS[action as Action](context, words);
  }
  const names = Object.keys(ACTIONS);
  const hint = suggestion(action, names) || `; there are ${names.join(", ")}`;
  throw new ColonyError("usage.invalid", `there is no "trigger ${action}"${hint}`);
}

/** What says nothing about an action is a slip, and nobody is to believe that it was heeded. */
function refuseOthers(action: Action, args: CommandContext["args"]): void {
  const own = OWN[action];
  for (const option of [...TRIGGER_OPTIONS, ...FIRE_OPTIONS]) {
    const { name } = option;
    if (own.includes(option) || (args.text(name) === undefined && !args.flag(name))) continue;
    const owner = FIRE_OPTIONS.includes(option) ? "fire" : "add";
    throw new ColonyError(
      "usage.invalid",
      `"trigger ${action}" has no option --${name}; it belongs to: trigger ${owner}`,
    );
  }
}

async function list({ io, settings, paint }: CommandContext, words: readonly string[]): Promise<number> {
  if (words.length > 0)
    throw new ColonyError(
      "usage.invalid",
      `"trigger list" takes no argument, and "${words[0] ?? ""}" is one`,
    );
  await using reader = await openReader(settings);
  const triggers = Object.values(reader.state.triggers ?? {}).toSorted((a, b) => a.version - b.version);
  if (settings.output === "json") {
    const colonyStoppedAt = stoppedAt(reader.state);
    const shown = triggers.map((trigger) => ({ ...triggerJson(trigger), colonyStoppedAt }));
    await write(io.stdout, `${JSON.stringify(shown, null, 2)}\n`);
    return EXIT.success;
  }
  tellStopped(reader.state, io.stderr);
  if (triggers.length > 0 && reader.owner() === undefined)
    tell(io.stderr, 'nobody has this colony open, so nothing fires now; "colony host" keeps it open');
  if (triggers.length === 0)
    tell(io.stderr, 'there are no triggers; "colony trigger --help" shows how to add one');
  const width = io.stdout.isTTY ? { width: io.stdout.columns } : {};
  if (triggers.length > 0)
    await write(io.stdout, `${triggerTable(triggers, { paint, ...width }).join("\n")}\n`);
  return EXIT.success;
}

/** It is set here where nobody has the colony open, and sent to whoever has. */
async function add(context: CommandContext, words: readonly string[]): Promise<number> {
  const { args, settings } = context;
  const options = askedTrigger(args, words.join(" ").trim());
  const { to } = await agentFor(context, options.to);
  const asked = to === undefined ? options : { ...options, to };
  try {
    const { trigger, token } = await setFolderTrigger(settings.dir.value, asked);
    await tellSet(context, { triggerId: trigger.id, ...(token === undefined ? {} : { token }) });
    return EXIT.success;
  } catch (error) {
    if (!(error instanceof ColonyError) || error.code !== "colony.in_use") throw error;
  }
  await using sender = await openSender(settings);
  const { triggerId, token, ...sent } = await sender.triggers.set(asked);
  const fate = await fateOf(sender, sent);
  if (fate === "kept") tell(context.io.stderr, "kept: whoever has this colony open next sets it");
  await tellSet(context, { triggerId, ...(token === undefined ? {} : { token }) });
  return EXIT.success;
}

/** People type names, labels and the beginnings of ids. */
async function agentFor(
  { settings }: CommandContext,
  typed: string | undefined,
): Promise<{ readonly to?: string }> {
  // A colony has to be there: one that is made by a trigger alone would be a slip in the folder's name.
  await using reader = await openReader(settings);
  return typed === undefined ? {} : { to: findAgent(reader.agents(), typed).id };
}

async function tellSet({ io, settings }: CommandContext, { triggerId, token }: SetTriggerId): Promise<void> {
  await using reader = await openReader(settings);
  const trigger = reader.state.triggers?.[triggerId];
  if (settings.output === "json") {
    const set = {
      triggerId,
      token: token ?? null,
      trigger: trigger === undefined ? null : triggerJson(trigger),
      colonyStoppedAt: stoppedAt(reader.state),
    };
    await write(io.stdout, `${JSON.stringify(set, null, 2)}\n`);
    return;
  }
  const when =
    trigger === undefined ? "" : `: ${scheduleWords(trigger.schedule)}, next ${nextWords(trigger)}`;
  await write(io.stdout, `${triggerId}${when}\n`);
  if (token !== undefined)
    await write(io.stdout, `token ${token}\n`).then(() =>
      tell(io.stderr, "its token is shown this once, and kept nowhere"),
    );
  tellStopped(reader.state, io.stderr);
}

async function remove(context: CommandContext, words: readonly string[]): Promise<number> {
  const { io, settings } = context;
  const id = idOf(words, "remove");
  const done = `removed ${id}`;
  try {
    await openReader(settings).then((reader) => reader.close());
    await removeFolderTrigger(settings.dir.value, id);
    await write(
      io.stdout,
      settings.output === "json" ? `${JSON.stringify({ fate: "taken", id })}\n` : `${done}\n`,
    );
    return EXIT.success;
  } catch (error) {
    if (!(error instanceof ColonyError) || error.code !== "colony.in_use") throw error;
  }
  await using sender = await openSender(settings);
  const sent = await sender.triggers.remove(id);
  const fate = await fateOf(sender, sent);
  const owner = sender.reader.owner()?.pid;
  const kept = `whoever opens it next removes ${id}`;
  await tellFate(context, fate, { letterId: sent.letterId, id, owner, done, kept });
  return EXIT.success;
}

async function fire(context: CommandContext, words: readonly string[]): Promise<number> {
  const { io, args, settings } = context;
  const id = idOf(words, "fire");
  const [typed, idempotencyKey] = [args.text("body"), args.text("key")];
  const body = typed === "-" ? await textFrom(io.stdin) : typed;
  await using sender = await openSender(settings);
  const sent = await sender.triggers.fire(id, {
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const fate = await fateOf(sender, sent);
  await tellFate(context, fate, {
    letterId: sent.letterId,
    id,
    owner: sender.reader.owner()?.pid,
    done: `fired ${id}`,
    kept: `whoever opens it next fires ${id}`,
    colonyStoppedAt: stoppedAt(sender.reader.state),
  });
  if (settings.output !== "json") tellStopped(sender.reader.state, io.stderr);
  return EXIT.success;
}

function idOf(words: readonly string[], action: string): string {
  const [id, other] = words;
  if (id === undefined)
    throw new ColonyError(
      "usage.invalid",
      `"trigger ${action}" needs the id of a trigger, as in: colony trigger ${action} build; "colony trigger list" shows them`,
    );
  if (other !== undefined)
    throw new ColonyError("usage.invalid", `"trigger ${action}" takes one id and was given ${words.length}`);
  return id;
}
