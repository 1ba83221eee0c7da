import { openSender } from "../colony/open-sender.ts";
import { EXIT } from "../errors/exit-code.ts";
import { findPending } from "../requests/find-request.ts";
import { answersById } from "../requests/given-answers.ts";
import { byPlace } from "../requests/numbered.ts";
import { AT_COMMAND_LINE } from "../requests/request-words.ts";
import { fateOf, tellFate } from "../work/sending.ts";
import type { Command, CommandContext } from "./command.ts";

/** `answer`: what an agent has asked. */
export const answerCommand: Command = {
  name: "answer",
  summary: "answer what an agent asks",
  details: [
    "By the number of an option, its text, or a text of your own. Several questions of one call are answered by",
    'their ids, one by one or at once: answer 1 --for a "yes" ; answer 1 a=yes b=no',
    "The first answer stands. Works on a colony that is open elsewhere, and on one that nobody has open.",
  ],
  positional: { name: "request", required: true, example: "1" },
  rest: { name: "answer", required: true, example: '"blue"' },
  options: [{ name: "for", value: "ID", says: "the question that is answered, where there are several" }],
  examples: ["answer 1 2", 'answer overseer "take the blue one"', "answer 1 color=blue size=2"],
  run,
};

async function run(context: CommandContext): Promise<number> {
  const { args, settings } = context;
  const [typed, ...given] = args.positionals;
  await using sender = await openSender(settings);
  const { reader } = sender;
  const place = { requests: byPlace(reader.pending()), agents: reader.agents(), words: AT_COMMAND_LINE };
  const { request } = findPending(place, typed, "question");
  const question = args.text("for");
  const text = given.join(" ");
  const answers = question === undefined ? (answersById(request, given) ?? text) : { [question]: text };
  const sent = await sender.answer(request.id, answers);
  const fate = await fateOf(sender, sent);
  await tellFate(context, fate, {
    letterId: sent.letterId,
    request: request.id,
    owner: sender.reader.owner()?.pid,
    done: `answered ${request.id}`,
    kept: `whoever opens it next gives ${request.id} this answer`,
  });
  return EXIT.success;
}
