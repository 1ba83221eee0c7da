import {
  agentId,
  correlationId,
  executionIdOf,
  recipientOf,
  type ColonyEvent,
  type LogRead,
} from "@colony/core";
import { expect, it } from "vitest";
import type { LogUnderTest } from "./log-under-test.ts";
import { SAMPLE_AT, sampleInput, sampleReport } from "./sample-events.ts";

const OVERSEER = agentId("overseer");
const WORKERS = ["w-1", "w-2", "w-3"].map(agentId);
const CORRELATIONS = ["in-1", "in-2"].map(correlationId);

/** A small colony: three workers that were told things, ran twice, and reported to the overseer or to each other. */
async function populate(test: LogUnderTest): Promise<readonly ColonyEvent[]> {
  const versions = new Map<string, number>();
  for (let round = 0; round < 4; round += 1)
    for (const [index, agent] of [...WORKERS, OVERSEER].entries()) {
      const executionId = executionIdOf(agent, 1 + (round >> 1));
      const correlation = CORRELATIONS[(index + round) % 3];
      const envelope = { executionId, ...(correlation === undefined ? {} : { correlationId: correlation }) };
      const parent = round === 3 ? (WORKERS[index + 1] ?? null) : OVERSEER;
      const events = [
        { ...sampleInput(`${agent} ${round}`), ...envelope },
        { type: "AGENT_OPENED" as const, data: {} },
        ...(agent !== OVERSEER && round > 0 ? [{ ...sampleReport(agent, parent), ...envelope }] : []),
      ];
      const version = versions.get(agent) ?? 0;
      await test.write({ agentId: agent, expectedVersion: version, events, at: SAMPLE_AT });
      versions.set(agent, version + events.length);
    }
  return await test.log.read({ limit: 10_000 });
}

/** What a read must answer, by the words of the port. */
function wanted(all: readonly ColonyEvent[], read: LogRead): readonly ColonyEvent[] {
  return all
    .filter((event) => event.seq > (read.after ?? 0))
    .filter((event) => read.types === undefined || read.types.includes(event.type))
    .filter((event) => read.agentId === undefined || event.agentId === read.agentId)
    .filter((event) => read.executionId === undefined || event.executionId === read.executionId)
    .filter((event) => read.correlationId === undefined || event.correlationId === read.correlationId)
    .filter(
      (event) =>
        read.concerning === undefined ||
        event.agentId === read.concerning ||
        recipientOf(event) === read.concerning,
    )
    .slice(0, read.limit ?? 1_000);
}

const CHOICES: { readonly [K in keyof LogRead]-?: readonly Partial<Pick<LogRead, K>>[] } = {
  after: [{}, { after: 0 }, { after: 17 }, { after: 100_000 }],
  limit: [{}, { limit: 1 }, { limit: 5 }],
  types: [{}, { types: ["INPUT_RECEIVED"] }, { types: ["AGENT_OPENED", "SUBAGENT_REPORT"] }, { types: [] }],
  agentId: [{}, { agentId: agentId("w-2") }, { agentId: agentId("nobody") }],
  concerning: [
    {},
    { concerning: OVERSEER },
    { concerning: agentId("w-2") },
    { concerning: agentId("nobody") },
  ],
  executionId: [{}, { executionId: executionIdOf(agentId("w-2"), 2) }],
  correlationId: [{}, { correlationId: correlationId("in-1") }, { correlationId: correlationId("none") }],
};

/** Every filter, and every combination of filters. */
export function itReads(start: () => Promise<LogUnderTest>): void {
  it("answers each combination of filters with what fits, in seq order", async () => {
    await using test = await start();
    const all = await populate(test);
    expect(all.length).toBeGreaterThan(35);
    const reads = Object.values(CHOICES).reduce<readonly LogRead[]>(
      (combined, choices) => combined.flatMap((read) => choices.map((choice) => ({ ...read, ...choice }))),
      [{}],
    );
    for (const read of reads) {
      const answer = await test.log.read(read);
      const expected = wanted(all, read);
      expect({ read, seqs: answer.map(({ seq }) => seq) }).toEqual({
        read,
        seqs: expected.map(({ seq }) => seq),
      });
    }
  });

  it("answers with an agent's mail among its own events, where a read says `concerning`", async () => {
    await using test = await start();
    await populate(test);
    const types = ["SUBAGENT_REPORT" as const];
    const mail = await test.log.read({ concerning: OVERSEER, types });
    expect(mail.map((event) => event.agentId)).toEqual([...WORKERS, ...WORKERS]);
    const between = await test.log.read({ concerning: agentId("w-2"), types });
    expect(between.map((event) => event.agentId)).toEqual(["w-2", "w-2", "w-1", "w-2"]);
  });

  it("tells a report to its worker once where the worker reports to itself", async () => {
    await using test = await start();
    const self = agentId("w-1");
    await test.write({
      agentId: self,
      expectedVersion: 0,
      events: [sampleReport(self, self)],
      at: SAMPLE_AT,
    });
    expect(await test.log.read({ concerning: self })).toHaveLength(1);
  });

  it("gives every event once when it is read page by page", async () => {
    await using test = await start();
    const all = await populate(test);
    for (const limit of [1, 7, all.length, all.length + 1]) {
      const collected: ColonyEvent[] = [];
      for (let after = 0; ;) {
        const page = await test.log.read({ after, limit });
        collected.push(...page);
        if (page.length < limit) break;
        after = page.at(-1)?.seq ?? after;
      }
      expect(collected).toEqual(all);
    }
  });

  it("returns at most 1,000 events where no limit is given", async () => {
    await using test = await start();
    const events = Array.from({ length: 1_100 }, (_, index) => sampleInput(`${index}`));
    await test.write({ agentId: OVERSEER, expectedVersion: 0, events, at: SAMPLE_AT });
    expect(await test.log.read({})).toHaveLength(1_000);
    expect(await test.log.read({ concerning: OVERSEER })).toHaveLength(1_000);
    expect(await test.log.read({ after: 1_000, limit: 2_000 })).toHaveLength(test.log.head() - 1_000);
  });
}
