// Does a worker of yours survive the death of its process, wherever that comes? `crashEverywhere` runs it once, finds
// every place at which others could notice something (each commit, model call and tool run), and then runs it once for
// each place with a death there and a new process behind it. What is judged is the log, and the bank's own book.

import { defineTool, defineWorker, openColony, type Colony } from "@colony/runtime";
import {
  checkPromises,
  crashEverywhere,
  createMemoryGround,
  createScriptedModel,
  type CrashScenario,
  type Ground,
  type Life,
} from "@colony/testkit";
import { z } from "zod";

/** What outlives a process: the colony's disk and clock, and the bank. */
interface World extends Ground {
  readonly book: string[];
}

/** The tool as it should be: it says that it may not run twice, and how to ask the bank what became of it. */
const charge = ({ book }: World, trusting: boolean) =>
  defineTool({
    name: "charge",
    description: "Charges a card.",
    input: z.object({ euros: z.number() }),
    effect: trusting ? "pure" : "once",
    run: ({ euros }, { callKey }) => {
      book.push(callKey);
      return `charged ${euros} euros`;
    },
    reconcile: (callKey) =>
      book.includes(callKey)
        ? { outcome: "done", output: "charged before the interruption" }
        : { outcome: "never_happened" },
  });

/** A model for tests answers by what the conversation holds, so that the next process goes on where the last one stopped. */
const clerk = () =>
  createScriptedModel(({ prompt }) =>
    prompt.some(({ role }) => role === "tool")
      ? { text: "The card is charged." }
      : { toolCalls: [{ name: "charge", input: { euros: 20 } }] },
  );

const open = (life: Life, world: World, trusting: boolean): Promise<Colony> =>
  openColony({
    ...life.options,
    overseer: { model: life.model(createScriptedModel(() => ({ text: "Noted." }))) },
    workers: {
      clerk: defineWorker({ model: life.model(clerk()), tools: [life.tool(charge(world, trusting))] }),
    },
  });

const scenario = (trusting: boolean): CrashScenario<World> => ({
  ground: () => ({ ...createMemoryGround(), book: [] }),
  async live(life, world) {
    const colony = await open(life, world, trusting);
    // It is called again after each death, so it starts only what is not there yet.
    const known = colony.agents().some(({ name }) => name === "Ann");
    const worker = known
      ? colony.agent("Ann")
      : await colony.spawn("clerk", { task: "Charge 20 euros", name: "Ann", parent: "overseer" });
    await worker.report();
    await colony.idle();
    await colony.close();
  },
  check: (events, { book }) => [
    ...checkPromises(events),
    ...(book.length === 1 ? [] : [`the card was charged ${book.length} times`]),
  ],
});

const careful = await crashEverywhere(scenario(false));
console.log(`killed at ${careful.points.length} places: ${careful.failures.length} went wrong`);
for (const { cut, problems } of careful.failures) console.log(`  ${cut}: ${problems.join("; ")}`);

const twice = await crashEverywhere(scenario(false), { again: 3 });
console.log(`killed a second time, three places later: ${twice.failures.length} went wrong`);

console.log("\nthe same tool, if it claims to be pure:");
const trusting = await crashEverywhere(scenario(true));
for (const { cut, problems } of trusting.failures) console.log(`  ${cut}: ${problems.join("; ")}`);

if (careful.failures.length + twice.failures.length > 0 || trusting.failures.length === 0)
  throw new Error("a promise was broken");
