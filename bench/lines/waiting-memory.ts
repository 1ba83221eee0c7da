import { z } from "zod";
import { runChild } from "../measure/child.ts";
import type { Line } from "../measure/line.ts";
import { TO_KNOW, atMost, rowOf, type Goal } from "../measure/row.ts";
import { FLOORS } from "../work/floors.ts";

const Figures = z.object({ heap: z.number(), rss: z.number(), peak: z.number() });
type Figures = z.infer<typeof Figures>;

type How = "memory" | "disk" | "hand";

const NAME = "memory of a worker that waits in a model call";

/**
 * Each side in a process of its own: what a process holds after other measurements says nothing about this one. A worker waits
 * for seconds and minutes: heap and RSS are those of processes at rest, before it was spawned and while it waits. What the
 * way there took is the peak.
 */
export const waitingMemory: Line = {
  name: NAME,
  async measure({ quick, rounds }) {
    const count = quick ? 500 : 10_000;
    const figures: Record<How, Figures[]> = { memory: [], disk: [], hand: [] };
    for (let round = 0; round < (quick ? 1 : rounds); round += 1)
      for (const how of ["memory", "hand", "disk"] as const) {
        const { line } = await runChild("waiting", [how, String(count)]);
        figures[how].push(Figures.parse(JSON.parse(line)));
      }
    const of = (how: How, what: keyof Figures): readonly number[] =>
      figures[how].map((measured) => measured[what] / 1_024);
    const row = (how: How, what: keyof Figures, goal: Goal): ReturnType<typeof rowOf> =>
      rowOf({
        line: `${NAME}, ${WORDS[what]}, ${how === "memory" ? "log in memory" : "durable"}`,
        unit: "kB",
        ours: of(how, what),
        floor: of("hand", what),
        ...FLOORS.hand,
        goal,
      });
    return [
      row("memory", "heap", atMost(8, "kB")),
      row("memory", "rss", atMost(16, "kB")),
      row("memory", "peak", TO_KNOW),
      row("disk", "heap", atMost(8, "kB")),
      row("disk", "rss", atMost(16, "kB")),
      row("disk", "peak", TO_KNOW),
    ];
  },
};

const WORDS = { heap: "heap", rss: "RSS", peak: "peak RSS" } as const;
