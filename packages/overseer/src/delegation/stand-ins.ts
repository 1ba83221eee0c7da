import { defineTool, type JsonValue, type Tool } from "@colony/core";
import { z } from "zod";
import { checkDepth } from "../spawn-budget.ts";
import type { DelegationDeps } from "./deps.ts";
import { orRefused, type Wanted } from "./refusal.ts";

/** The calls by which workers are started. */
const NAMES = ["spawn_worker", "spawn_workers"] as const;

const AnyInput = z.unknown();

/**
 * What answers an agent that stands too deep to have workers and calls for some all the same, whatever it says: it is told
 * why not, and that is recorded. Nobody is told of these tools.
 */
export function spawnStandIns(deps: Pick<DelegationDeps, "ledger" | "maxDepth">): readonly Tool[] {
  return NAMES.map((name) =>
    defineTool({
      name,
      description: "Not for agents at this depth.",
      input: AnyInput,
      inputSchema: { type: "object" },
      effect: "pure",
      group: "delegation",
      run: (input, context) => {
        const { id, depth } = context.agent;
        return orRefused(context, wantedIn(input), async (): Promise<JsonValue> => {
          checkDepth(deps, { parentId: id, depth: depth + 1 });
          throw new Error(`agent "${id}" may spawn, and was given what is for those that may not`);
        });
      },
    }),
  );
}

const Input = z.object({
  task: z.string().default(""),
  worker: z.string().optional(),
  tasks: z.array(z.object({ task: z.string().default(""), worker: z.string().optional() })).optional(),
});

/** What can be read of an input that nobody has checked. */
function wantedIn(input: unknown): readonly Wanted[] {
  const { data } = Input.safeParse(input);
  if (data === undefined) return [];
  const { tasks = [], worker, task } = data;
  return tasks.length === 0 ? [{ task, worker }] : tasks.map((one) => ({ worker, ...one }));
}
