import { historyActions, playHistory } from "@colony/testkit";
import fc from "fast-check";
import { it } from "vitest";
it("stats", () => {
  const t = new Map<string, number>();
  let agents = 0,
    acts = 0;
  for (const a of fc.sample(historyActions(Number(process.env["N"] ?? 60)), { numRuns: 400, seed: 7 })) {
    const h = playHistory(a);
    agents += h.agents.length;
    acts += a.length;
    for (const e of h.events) t.set(e.type, (t.get(e.type) ?? 0) + 1);
    for (const c of h.commits) if (c.refusal) t.set(c.refusal.code, (t.get(c.refusal.code) ?? 0) + 1);
  }
  console.log(acts / 400, agents / 400, Object.fromEntries([...t].sort((a, b) => b[1] - a[1])));
});
