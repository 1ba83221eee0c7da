import { agentId, type AgentId } from "@colony/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Admission } from "./admission.ts";

const uncapped = (): number => Number.POSITIVE_INFINITY;

interface Asked {
  readonly definition?: string;
  readonly priority?: number;
  readonly interrupted?: boolean;
}

function add(admission: Admission, id: string, asked: Asked = {}): void {
  const { definition = "coder", priority = 0, interrupted = false } = asked;
  admission.add({ agentId: agentId(id), definitionId: definition, priority, interrupted });
}

/** Everybody who is let in, one after the other, each giving the place back before the next. */
function drained(admission: Admission): readonly string[] {
  const order: string[] = [];
  for (let next = admission.next(); next !== undefined; next = admission.next()) {
    order.push(next);
    admission.leave(next);
  }
  return order;
}

describe("a line", () => {
  it("lets in whoever came first", () => {
    const admission = new Admission(1, uncapped);
    for (const id of ["a", "b", "c"]) add(admission, id);
    expect(drained(admission)).toEqual(["a", "b", "c"]);
  });

  it("lets in higher priority first, and among equals whoever came first", () => {
    const admission = new Admission(1, uncapped);
    add(admission, "a");
    add(admission, "b", { priority: 5 });
    add(admission, "c", { priority: -1 });
    add(admission, "d", { priority: 5 });
    expect(drained(admission)).toEqual(["b", "d", "a", "c"]);
  });

  it("lets in what was interrupted before everything else, whatever its priority", () => {
    const admission = new Admission(1, uncapped);
    add(admission, "a", { priority: 100 });
    add(admission, "b", { interrupted: true });
    add(admission, "c", { interrupted: true, priority: 1 });
    expect(drained(admission)).toEqual(["c", "b", "a"]);
  });

  it("keeps priority and order across definitions", () => {
    const admission = new Admission(1, uncapped);
    add(admission, "a", { definition: "x" });
    add(admission, "b", { definition: "y", priority: 1 });
    add(admission, "c", { definition: "x", priority: 1 });
    add(admission, "d", { definition: "y" });
    expect(drained(admission)).toEqual(["b", "c", "a", "d"]);
  });

  it("keeps the place of somebody who asks twice, and of somebody who is at work already", () => {
    const admission = new Admission(1, uncapped);
    for (const id of ["a", "b", "a"]) add(admission, id);
    expect(admission.waiting).toBe(2);
    expect(admission.next()).toBe("a");
    add(admission, "a");
    expect(admission.waiting).toBe(1);
    expect(admission.running).toBe(1);
  });

  it("forgets somebody who leaves it, and knows nothing of strangers", () => {
    const admission = new Admission(1, uncapped);
    for (const id of ["a", "b", "c"]) add(admission, id);
    admission.drop(agentId("b"));
    admission.drop(agentId("nobody"));
    admission.leave(agentId("nobody"));
    expect(drained(admission)).toEqual(["a", "c"]);
  });
});

describe("places", () => {
  it("are given until there is none left, and again when one is given back", () => {
    const admission = new Admission(2, uncapped);
    for (const id of ["a", "b", "c"]) add(admission, id);
    expect([admission.next(), admission.next(), admission.next()]).toEqual(["a", "b", undefined]);
    expect(admission.hasNext).toBe(false);
    admission.leave(agentId("a"));
    expect(admission.hasNext).toBe(true);
    expect(admission.next()).toBe("c");
  });

  it("of a definition are capped, which holds up nobody else", () => {
    const admission = new Admission(3, (definition) =>
      definition === "narrow" ? 1 : Number.POSITIVE_INFINITY,
    );
    for (const id of ["n1", "n2", "n3"]) add(admission, id, { definition: "narrow", priority: 9 });
    for (const id of ["w1", "w2"]) add(admission, id, { definition: "wide" });
    expect([admission.next(), admission.next(), admission.next(), admission.next()]).toEqual([
      "n1",
      "w1",
      "w2",
      undefined,
    ]);
    admission.leave(agentId("w1"));
    expect(admission.next()).toBeUndefined();
    admission.leave(agentId("n1"));
    expect(admission.next()).toBe("n2");
  });

  it("of a definition that is capped at nothing are never given, and nobody waits behind it", () => {
    const admission = new Admission(1, (definition) =>
      definition === "gone" ? 0 : Number.POSITIVE_INFINITY,
    );
    add(admission, "a", { definition: "gone", interrupted: true });
    expect(admission.hasNext).toBe(false);
    add(admission, "b");
    expect(drained(admission)).toEqual(["b"]);
    expect(admission.waiting).toBe(1);
  });
});

const CAPS: Readonly<Record<string, number>> = { x: 1, y: 2, z: Number.POSITIVE_INFINITY };

const action = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    definition: fc.constantFrom("x", "y", "z"),
    priority: fc.integer({ min: -2, max: 2 }),
    interrupted: fc.boolean(),
  }),
  fc.record({ do: fc.constant("let in" as const) }),
  fc.record({ do: fc.constant("leave" as const), which: fc.nat() }),
  fc.record({ do: fc.constant("drop" as const), which: fc.nat() }),
);

it("never exceeds a cap and leaves nobody waiting for ever, whatever happens in whatever order", () => {
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 120 }),
      fc.integer({ min: 1, max: 4 }),
      (actions, concurrency) => {
        const admission = new Admission(concurrency, (definition) => CAPS[definition] ?? 0);
        const definitionOf = new Map<AgentId, string>();
        const waiting = new Set<AgentId>();
        const running = new Set<AgentId>();
        const letIn = (): boolean => {
          const free = [...waiting].some(
            (id) => countOf(definitionOf.get(id)) < (CAPS[definitionOf.get(id) ?? ""] ?? 0),
          );
          const next = admission.next();
          expect(next !== undefined).toBe(free && running.size < concurrency);
          if (next === undefined) return false;
          expect(waiting.delete(next)).toBe(true);
          running.add(next);
          return true;
        };
        const countOf = (definition: string | undefined): number =>
          [...running].filter((id) => definitionOf.get(id) === definition).length;
        const check = (): void => {
          expect(admission.running).toBe(running.size);
          expect(admission.waiting).toBe(waiting.size);
          expect(running.size).toBeLessThanOrEqual(concurrency);
          for (const [definition, cap] of Object.entries(CAPS))
            expect(countOf(definition)).toBeLessThanOrEqual(cap);
        };
        for (const [number, step] of actions.entries()) {
          if (step.do === "add") {
            const id = agentId(`w-${number}`);
            definitionOf.set(id, step.definition);
            waiting.add(id);
            admission.add({ agentId: id, definitionId: step.definition, ...step });
          } else if (step.do === "let in") letIn();
          else {
            const set = step.do === "leave" ? running : waiting;
            const id = [...set][step.which % Math.max(1, set.size)];
            if (id !== undefined) set.delete(id);
            if (step.do === "leave") admission.leave(id ?? agentId("nobody"));
            else admission.drop(id ?? agentId("nobody"));
          }
          check();
        }
        for (let rounds = 0; waiting.size > 0; rounds += 1) {
          expect(rounds).toBeLessThanOrEqual(actions.length);
          while (letIn());
          for (const id of running) admission.leave(id);
          running.clear();
        }
        check();
      },
    ),
    { numRuns: 300 },
  );
});

it("lets in whoever is next by rank and then by arrival, whoever comes, leaves or is let in before", () => {
  const arrival = fc.record({
    do: fc.constant("add" as const),
    priority: fc.integer({ min: -1, max: 1 }),
    interrupted: fc.boolean(),
  });
  const drop = fc.record({ do: fc.constant("drop" as const), of: fc.nat() });
  const step = fc.oneof(arrival, arrival, drop, fc.constant({ do: "next" as const }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const admission = new Admission(Number.POSITIVE_INFINITY, uncapped);
      let waiting: { readonly id: string; readonly rank: number }[] = [];
      const first = (): string | undefined => waiting.toSorted((a, b) => b.rank - a.rank)[0]?.id;
      const letIn: (string | undefined)[] = [];
      const right: (string | undefined)[] = [];
      for (const [number, step] of steps.entries()) {
        const id = `w${number}`;
        if (step.do === "add") {
          add(admission, id, step);
          waiting.push({ id, rank: (step.interrupted ? 10 : 0) + step.priority });
        } else if (step.do === "drop") {
          const left = waiting[step.of % Math.max(1, waiting.length)]?.id ?? "nobody";
          admission.drop(agentId(left));
          waiting = waiting.filter((each) => each.id !== left);
        } else {
          const next = first();
          letIn.push(admission.next());
          right.push(next);
          waiting = waiting.filter(({ id: other }) => other !== next);
        }
      }
      const rest = waiting.toSorted((a, b) => b.rank - a.rank).map(({ id }) => id);
      expect([...letIn, ...drained(admission)]).toEqual([...right, ...rest]);
    }),
  );
});
