import {
  agentId,
  correlationId,
  executionIdOf,
  inputId,
  recordEvent,
  colonyId,
  type AgentId,
  type ColonyEvent,
  type EventQuery,
  type EventType,
  type NewEvent,
} from "@colony/core";
import { describe, expect, it } from "vitest";
import { Subscribers, matches, type Hearer, type Listener } from "./subscribers.ts";

const AGENTS = ["a", "b", "c", "to:a"].map(agentId);
const TYPES = ["INPUT_RECEIVED", "SUBAGENT_REPORT", "AGENT_OPENED"] as const;
const PARENTS = new Map([
  [agentId("b"), agentId("a")],
  [agentId("c"), agentId("b")],
]);
const parentOf = (id: AgentId): AgentId | undefined => PARENTS.get(id);
const fail = (error: unknown): never => {
  throw error;
};
const nothing = (): void => undefined;

/** One that is told, and does not mind the end. */
const telling = (next: Listener): Hearer => ({ next, complete: nothing });

/** Repeatable randomness: the same seed draws the same numbers. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function eventAt(seq: number, draw: (below: number) => number): ColonyEvent {
  const agent = AGENTS[draw(4)] ?? agentId("a");
  const type = TYPES[draw(3)];
  const ids = {
    ...(draw(2) === 0 ? {} : { executionId: executionIdOf(agent, 1 + draw(2)) }),
    ...(draw(2) === 0 ? {} : { correlationId: correlationId(`c${draw(2)}`) }),
  };
  const events: Record<(typeof TYPES)[number], NewEvent> = {
    INPUT_RECEIVED: {
      type: "INPUT_RECEIVED",
      data: { inputId: inputId("i"), kind: "chat", mode: "queue", from: "user", text: "x" },
      ...ids,
    },
    AGENT_OPENED: { type: "AGENT_OPENED", data: {}, ...ids },
    SUBAGENT_REPORT: {
      type: "SUBAGENT_REPORT",
      data: { parentId: draw(3) === 0 ? null : AGENTS[draw(4)] } as never,
      ...ids,
    },
  };
  return recordEvent(
    events[type ?? "AGENT_OPENED"],
    { agentId: agent, expectedVersion: seq - 1, events: [], at: 0 },
    { colonyId: colonyId("c"), seq, version: seq },
  );
}

function queryOf(draw: (below: number) => number): EventQuery {
  const maybe = <T>(value: T): T | undefined => (draw(3) === 0 ? value : undefined);
  const wanted = {
    types: maybe(TYPES.filter(() => draw(2) === 0)),
    agentId: maybe(AGENTS[draw(4)]),
    concerning: maybe(AGENTS[draw(4)]),
    parentId: maybe(AGENTS[draw(4)]),
    executionId: maybe(executionIdOf(AGENTS[draw(4)] ?? agentId("a"), 1 + draw(2))),
    correlationId: maybe(correlationId(`c${draw(2)}`)),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

/** What the words of EventQuery say, one after the other. */
function wants(query: EventQuery, event: ColonyEvent): boolean {
  const to = event.type === "SUBAGENT_REPORT" ? event.data.parentId : null;
  return [
    query.types?.includes(event.type) ?? true,
    query.agentId === undefined || query.agentId === event.agentId,
    query.concerning === undefined || [event.agentId, to].includes(query.concerning),
    query.parentId === undefined || query.parentId === PARENTS.get(event.agentId),
    query.executionId === undefined || query.executionId === event.executionId,
    query.correlationId === undefined || query.correlationId === event.correlationId,
  ].every(Boolean);
}

describe("subscribers", () => {
  it("are told exactly what a filter over every event would tell them, once and in order", () => {
    let told = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const draw = random(seed);
      const subscribers = new Subscribers(parentOf);
      const all = Array.from({ length: 12 }, () => {
        const heard: ColonyEvent[] = [];
        const query = queryOf(draw);
        return {
          query,
          heard,
          leave: subscribers.add(
            query,
            telling((event) => heard.push(event)),
          ),
        };
      });
      const events = Array.from({ length: 25 }, (_, index) => eventAt(index + 1, draw));
      for (const event of events) subscribers.tell(event, fail);
      for (const { query, heard, leave } of all) {
        expect({ query, heard }).toEqual({ query, heard: events.filter((event) => wants(query, event)) });
        expect(events.filter((event) => matches(query, event, parentOf))).toEqual(heard);
        told += heard.length;
        leave();
        leave();
      }
      expect(subscribers.size).toBe(0);
    }
    expect(told).toBeGreaterThan(1_000);
  });

  it("for some agents are told what they wait for of any of these, until they leave", () => {
    const subscribers = new Subscribers(parentOf);
    const [draw, agents] = [random(7), AGENTS.slice(1, 3)];
    const events = Array.from({ length: 50 }, (_, index) => eventAt(index + 1, draw));
    const [more, fewer]: [ColonyEvent[], ColonyEvent[]] = [[], []];
    const hear = (types: readonly EventType[], heard: ColonyEvent[]): (() => void) =>
      subscribers.addFor(
        agents,
        { types },
        telling((event) => heard.push(event)),
      );
    const leave = [hear(TYPES.slice(0, 2), more), hear(TYPES.slice(0, 1), fewer)];
    for (const event of events) subscribers.tell(event, fail);
    const wanted = (types: readonly EventType[]): readonly ColonyEvent[] =>
      events.filter((event) => agents.includes(event.agentId) && types.includes(event.type));
    expect([more, fewer]).toEqual([wanted(TYPES.slice(0, 2)), wanted(TYPES.slice(0, 1))]);
    expect(fewer.length).toBeGreaterThan(5);
    expect(fewer.length).toBeLessThan(more.length);
    for (const each of [...leave, ...leave]) each();
    for (const event of events) subscribers.tell(event, fail);
    expect([more.length, subscribers.size]).toEqual([wanted(TYPES.slice(0, 2)).length, 0]);
  });

  it("are told once that there is nothing more, and then nothing; who has left is not", () => {
    const subscribers = new Subscribers(parentOf);
    const heard: string[] = [];
    const hearer = (name: string): Hearer => ({
      next: () => heard.push(`${name} told`),
      complete: () => heard.push(`${name} complete`),
    });
    subscribers.add({}, hearer("all"));
    subscribers.addFor(AGENTS, { types: TYPES }, hearer("some"));
    const leave = subscribers.add({ types: [...TYPES] }, hearer("left"));
    leave();
    subscribers.close();
    subscribers.close();
    subscribers.tell(eventAt(1, random(1)), fail);
    leave();
    expect([heard, subscribers.size]).toEqual([["all complete", "some complete"], 0]);
  });

  it.each<[string, EventQuery, EventQuery]>([
    ["types", { types: ["AGENT_OPENED"] }, { types: ["AGENT_CLOSED"] }],
    ["agentId", { agentId: agentId("b") }, { agentId: agentId("a") }],
    ["concerning", { concerning: agentId("b") }, { concerning: agentId("a") }],
    ["parentId", { parentId: agentId("a") }, { parentId: agentId("b") }],
    [
      "executionId",
      { executionId: executionIdOf(agentId("b"), 1) },
      { executionId: executionIdOf(agentId("b"), 2) },
    ],
    ["correlationId", { correlationId: correlationId("x") }, { correlationId: correlationId("y") }],
  ])("can ask by %s alone", (_name, fits, fitsNot) => {
    const subscribers = new Subscribers(parentOf);
    const heard: string[] = [];
    subscribers.add(
      fits,
      telling(() => heard.push("fits")),
    );
    subscribers.add(
      fitsNot,
      telling(() => heard.push("fits not")),
    );
    const event: NewEvent = {
      type: "AGENT_OPENED",
      data: {},
      executionId: executionIdOf(agentId("b"), 1),
      correlationId: correlationId("x"),
    };
    subscribers.tell(
      recordEvent(
        event,
        { agentId: agentId("b"), expectedVersion: 0, events: [], at: 0 },
        { colonyId: colonyId("c"), seq: 1, version: 1 },
      ),
      fail,
    );
    expect(heard).toEqual(["fits"]);
  });

  it("who come while an event is told hear from the next one on, whatever they ask for", () => {
    const draw = random(7);
    const subscribers = new Subscribers(parentOf);
    const [first, second] = [eventAt(1, draw), { ...eventAt(1, draw), seq: 2 }];
    const heard: [string, number][] = [];
    let came = false;
    subscribers.add(
      {},
      telling(() => {
        if (came) return;
        came = true;
        for (const query of [{}, { types: [...TYPES] }])
          subscribers.add(
            query,
            telling(({ seq }) => heard.push([JSON.stringify(query), seq])),
          );
      }),
    );
    subscribers.tell(first, fail);
    expect(heard).toEqual([]);
    subscribers.tell(second, fail);
    expect(heard.map(([, seq]) => seq)).toEqual([2, 2]);
  });

  it("who leave while an event is told hear nothing of it any more, and the others do", () => {
    const subscribers = new Subscribers(parentOf);
    const heard: string[] = [];
    const leaves: (() => void)[] = [];
    for (const name of ["1", "2", "3"])
      leaves.push(
        subscribers.add(
          {},
          telling(() => {
            heard.push(name);
            if (name === "1") leaves[1]?.();
            if (name === "3") leaves[2]?.();
          }),
        ),
      );
    subscribers.tell(eventAt(1, random(1)), fail);
    subscribers.tell(eventAt(2, random(1)), fail);
    expect(heard).toEqual(["1", "3", "1"]);
  });

  it("who come and go at random, also while told, hear all from the event after they came until they leave, and nothing more", () => {
    let [comings, goings] = [0, 0];
    for (let seed = 1; seed <= 100; seed += 1) {
      const draw = random(seed);
      const subscribers = new Subscribers(parentOf);
      const events = Array.from({ length: 60 }, (_, index) => eventAt(index + 1, draw));
      const all: {
        query: EventQuery;
        since: number;
        heard: ColonyEvent[];
        leave: () => void;
        until?: number;
      }[] = [];
      let toldUpTo = 0;
      const come = (): void => {
        const one: (typeof all)[number] = {
          query: queryOf(draw),
          since: toldUpTo,
          heard: [],
          leave: nothing,
        };
        const hear = (event: ColonyEvent): void => {
          expect(one.until).toBeUndefined();
          one.heard.push(event);
          if (draw(4) === 0) comeOrGo();
        };
        one.leave = subscribers.add(one.query, telling(hear));
        all.push(one);
        comings += 1;
      };
      const comeOrGo = (): void => {
        if (draw(2) === 0 && all.length < 200) return come();
        const leaver = all[draw(all.length)];
        if (leaver === undefined || leaver.until !== undefined) return;
        leaver.until = toldUpTo;
        leaver.leave();
        goings += 1;
      };
      for (const event of events) {
        if (draw(2) === 0) come();
        toldUpTo = event.seq;
        subscribers.tell(event, fail);
      }
      for (const { query, since, heard, until = events.length + 1 } of all) {
        const due = events.filter(({ seq }) => seq > since && seq < until);
        expect(heard.filter(({ seq }) => seq < until)).toEqual(due.filter((event) => wants(query, event)));
        expect(heard.every(({ seq }) => seq <= until)).toBe(true);
      }
      expect(subscribers.size).toBe(all.filter(({ until }) => until === undefined).length);
    }
    expect(Math.min(comings, goings)).toBeGreaterThan(1_000);
  });

  it("who leave and come again each time they are told do so once for each event", () => {
    const subscribers = new Subscribers(parentOf);
    let heard = 0;
    let leave = nothing;
    const come = (): void => {
      leave();
      leave = subscribers.add(
        {},
        telling(() => {
          heard += 1;
          come();
        }),
      );
    };
    come();
    for (const seq of [1, 2, 3]) subscribers.tell(eventAt(seq, random(seq)), fail);
    expect([heard, subscribers.size]).toEqual([3, 1]);
  });

  it("hold an event only against those who may want it, however many there are", () => {
    const subscribers = new Subscribers(parentOf);
    let asked = 0;
    for (let index = 0; index < 10_000; index += 1) {
      const query: EventQuery = {
        agentId: agentId(`other-${index}`),
        get types() {
          asked += 1;
          return [...TYPES];
        },
      };
      subscribers.add(query, telling(nothing));
    }
    asked = 0;
    subscribers.tell(eventAt(1, random(3)), fail);
    expect(asked).toBe(0);
  });
});
