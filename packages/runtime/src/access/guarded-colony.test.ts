import { SILENT_LOGGER, type AgentId, type ColonyEvent, type Logger } from "@colony/core";
import { createGate, type ModelScript } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { createSystemClock } from "../adapters/system-clock.ts";
import type { Colony } from "../colony.ts";
import { calls, heard, newest, results } from "../testing/said.ts";
import { settled } from "../testing/settled.ts";
import { ground, openOn } from "../testing/told.ts";
import type { GuardedHandle } from "./guarded-handle.ts";
import { ownerOnly, type AccessPolicy } from "./policy.ts";
import type { Principal } from "./principal.ts";

const atWork: ModelScript = () => ({ text: "late", before: new Promise(() => undefined) });

const ada: Principal = { id: "ada", role: "user" };
const bob: Principal = { id: "bob", role: "user" };
const eve: Principal = { id: "eve", role: "user" };
const ops: Principal = { id: "ops", role: "operator" };

/** Ada's colony, whose workers stay at work. */
async function busy(options: Parameters<typeof openOn>[1] = {}): Promise<Colony> {
  return await openOn(ground(), {
    owner: "ada",
    // What is at work when it is closed is waited for, for no time at all: that has to pass all the same.
    clock: createSystemClock(),
    worker: atWork,
    definition: { lifetime: "persistent" },
    ...options,
  });
}

/** What was thrown, as code and sentence. */
async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
    return "nothing was refused";
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

const ids = (colony: { agents(): readonly { readonly id: string }[] }): readonly string[] =>
  colony.agents().map(({ id }) => id);

describe("the owner", () => {
  it("of a colony is recorded, stands with its overseer and with what is spawned, and outlasts the process", async () => {
    const world = ground();
    {
      await using colony = await openOn(world, { owner: "ada" });
      expect(colony.state.owner).toBe("ada");
      const worker = await colony.spawn("helper", { task: "t" });
      expect([colony.overseer.record.owner, worker.record.owner]).toEqual(["ada", "ada"]);
    }
    {
      await using colony = await openOn(world);
      expect(colony.state.owner).toBe("ada");
      expect((await colony.spawn("helper", { task: "t" })).record.owner).toBe("ada");
    }
    await using colony = await openOn(world, { owner: "bob" });
    expect(colony.state.owner).toBe("bob");
    expect(colony.overseer.record.owner).toBe("ada");
  });

  it("is nobody where nobody is named: no event says anything of owners", async () => {
    const world = ground();
    await using colony = await openOn(world, { script: [{ text: "well" }] });
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.report();
    await (await colony.inject("hello")).reply();
    const events = await world.log.read({});
    expect(JSON.stringify(events)).not.toMatch(/"(?:owner|principal|notify)"/);
    expect(worker.record.owner).toBeUndefined();
  });

  it("of a worker that an agent spawns is who the agent works for just then, and its report carries that on", async () => {
    const world = ground();
    await using colony = await openOn(world, {
      owner: "ada",
      script: (request) => {
        const said = newest(request);
        if (results(request).length < heard(request).filter((text) => text.startsWith("go")).length)
          return calls(["spawn_worker", { task: `for ${said}` }]);
        return { text: `heard ${said.slice(0, 5)}` };
      },
    });
    await (await colony.inject("go 1")).reply();
    await (await colony.as(ops).inject("go 2")).reply();
    await (await colony.inject("go 3")).reply();
    await colony.idle();
    expect(colony.agents().map(({ task, owner }) => [task, owner])).toEqual([
      [null, "ada"],
      ["for go 1", "ada"],
      ["for go 2", "ops"],
      ["for go 3", "ada"],
    ]);
    const reports = await world.log.read({ types: ["SUBAGENT_REPORT"] });
    expect(reports.map(({ data }) => (data as { owner?: string }).owner)).toEqual(["ada", "ops", "ada"]);
  });

  it("is carried on by what an agent sends to another", async () => {
    const world = ground();
    await using colony = await openOn(world, {
      owner: "ada",
      definition: { lifetime: "persistent" },
      script: (request) => {
        if (newest(request) === "go" && results(request).length === 0)
          return calls(["send_to_worker", { worker: "Tom", message: "look again" }]);
        return { text: "well" };
      },
    });
    const worker = await colony.spawn("helper", { task: "t", name: "Tom", parent: "overseer" });
    await worker.wait();
    await colony.idle();
    await (await colony.as(ops).inject("go")).reply();
    const [sent] = await world.log.read({ agentId: worker.id, types: ["INPUT_RECEIVED"] });
    expect(sent?.data).toMatchObject({ from: "overseer", principal: "ops", text: "look again" });
    expect((await worker.state()).execution?.principal).toBe("ops");
  });

  it("of what an agent spawns when a report wakes it is whose that report is", async () => {
    await using colony = await openOn(ground(), {
      owner: "ada",
      script: (request) => {
        if (newest(request) === "go")
          return results(request).length === 0 ? calls(["spawn_worker", { task: "one" }]) : { text: "wait" };
        if (newest(request).includes("<worker_report") && results(request).length === 1)
          return calls(["spawn_worker", { task: "two" }]);
        return { text: "well" };
      },
    });
    await (await colony.as(ops).inject("go")).reply();
    await colony.idle();
    expect(colony.agents().map(({ task, owner }) => [task, owner])).toEqual([
      [null, "ada"],
      ["one", "ops"],
      ["two", "ops"],
    ]);
  });

  it.each([
    ["", 'owner is ""; give a name of 1 to 200 characters on one line'],
    ["  ", 'owner is "  "; give a name'],
    ["a\nb", "owner is"],
    ["x".repeat(201), "owner is"],
    [5, "owner is 5; give a name"],
  ])("that is %j is refused before anything is opened", async (owner, sentence) => {
    const world = ground();
    const opening = openOn(world, { owner: owner as string });
    await expect(opening).rejects.toMatchObject({
      code: "settings.invalid",
      message: expect.stringContaining(sentence) as string,
    });
    expect(world.log.head()).toBe(0);
  });
});

describe("a user", () => {
  it("sees what is theirs and nothing else, and lists of a stranger are empty", async () => {
    await using colony = await busy();
    const own = await colony.as(bob).spawn("helper", { task: "of bob", name: "Tom" });
    await colony.spawn("helper", { task: "of ada" });
    expect(ids(colony.as(bob))).toEqual([own.id]);
    expect(ids(colony.as(eve))).toEqual([]);
    expect(colony.as(eve).pending()).toEqual([]);
    expect(colony.as(eve).list()).toEqual({ items: [], next: null, total: 0 });
    expect(colony.as(eve).list({ owner: "bob", past: "shown" })).toMatchObject({ total: 0 });
    expect(colony.as(bob).list({ parent: "overseer" })).toMatchObject({ total: 0 });
    expect(colony.as(bob).list()).toMatchObject({ items: [{ id: own.id }], total: 1 });
    expect(colony.as(ops).list({ owner: "bob" })).toMatchObject({ items: [{ id: own.id }], total: 1 });
    expect(ids(colony.as(ada))).toEqual(ids(colony));
    expect(own.record).toMatchObject({ owner: "bob", task: "of bob" });
    expect(colony.as(bob).agent("Tom").id).toBe(own.id);
    expect(colony.as(bob).worker().id).toBe(own.id);
  });

  it("does with their own worker whatever the owner of the colony does", async () => {
    await using colony = await busy();
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    const receipt = await worker.inject("and this");
    expect(await worker.snapshot()).toMatchObject({ id: worker.id });
    expect(await worker.state()).toMatchObject({ record: { id: worker.id } });
    expect(await worker.conversation()).toEqual(expect.any(Array));
    await worker.cancel({ reason: "never mind" });
    expect(await worker.close()).toMatchObject({ wasClosed: false });
    await worker.reopen();
    await worker.dismiss();
    expect(await worker.stop()).toEqual([worker.id]);
    await worker.remove();
    expect(await refusal(() => worker.record)).toBe(
      `agent.not_found: there is no agent "${worker.id}" in this colony`,
    );
    expect(receipt.agentId).toBe(worker.id);
  });

  it("is recorded with what they say and do, and nobody else is", async () => {
    const world = ground();
    await using colony = await openOn(world, { owner: "ada", clock: createSystemClock(), worker: atWork });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    await worker.inject("mine");
    await colony.agent(worker.id).inject("the owner's");
    await worker.cancel();
    const events = await world.log.read({ types: ["INPUT_RECEIVED", "CANCEL_REQUESTED"] });
    expect(events.map(({ data }) => data)).toMatchObject([
      { text: "mine", from: "user", principal: "bob" },
      { text: "the owner's", from: "user" },
      { by: "bob", cause: "user" },
    ]);
    expect(events[1]?.data).not.toHaveProperty("principal");
  });

  const FOREIGN: readonly (readonly [string, (colony: ReturnType<Colony["as"]>, id: string) => unknown])[] = [
    ["agent", (colony, id) => colony.agent(id)],
    ["worker", (colony, id) => colony.worker(id)],
    ["agent, snapshot", (colony, id) => colony.agent(id).snapshot()],
    ["agent, inject", (colony, id) => colony.agent(id).inject("hello")],
    ["agent, cancel", (colony, id) => colony.agent(id).cancel({ confirm: true })],
    ["agent, stop", (colony, id) => colony.agent(id).stop()],
    ["agent, report", (colony, id) => colony.agent(id).report({ timeoutMs: 1 })],
    ["answer", (colony, id) => colony.answer(id, 1)],
    ["answer a request", (colony, id) => colony.answer(`${id}/c0`, 1)],
    ["approve", (colony, id) => colony.approve(id)],
    ["deny", (colony, id) => colony.deny(`${id}/c0`)],
  ];

  it.each(FOREIGN)(
    "cannot tell what is another's from what is not there: %s gives the same code and sentence",
    async (_call, call) => {
      await using colony = await busy();
      const name = "Kara";
      const foreign = await colony.spawn("helper", { task: "of ada", name });
      await settled();
      for (const known of [foreign.id, name, foreign.id.slice(0, 4)]) {
        const unknown = known.split("").toReversed().join("");
        const told = await refusal(() => call(colony.as(bob), known));
        const ofNothing = await refusal(() => call(colony.as(bob), unknown));
        expect(told.replaceAll(known, "X")).toBe(ofNothing.replaceAll(unknown, "X"));
        expect(told).toMatch(/^(?:agent|request)\.not_found: /);
      }
      expect(foreign.record.execution?.status).toBe("running");
    },
  );

  it("is told of an unknown agent what the owner of the colony is told of one", async () => {
    await using colony = await busy();
    const foreign = await colony.spawn("helper", { task: "t" });
    const toBob = await refusal(() => colony.as(bob).agent(foreign.id));
    const toAda = await refusal(() => colony.agent("nobody"));
    expect(toBob.replace(foreign.id, "X")).toBe(toAda.replace("nobody", "X"));
  });

  it("cannot speak to the overseer of another, nor have it woken by a report", async () => {
    await using colony = await busy();
    const gone = 'agent.not_found: there is no agent "overseer" in this colony';
    expect(await refusal(() => colony.as(bob).inject("hello"))).toBe(gone);
    const spawning = (): unknown => colony.as(bob).spawn("helper", { task: "t", parent: "overseer" });
    expect(await refusal(spawning)).toBe(gone);
    expect(colony.agents()).toHaveLength(1);
  });

  it("finds theirs by the start of its id, whatever other ids begin so too", async () => {
    const world = ground();
    const numbers = ["abcd1", "abcd2", "abcd3"].values();
    const ownIds = {
      next: (prefix: string) => (prefix === "w" ? `w-${numbers.next().value}` : world.ids.next(prefix)),
    };
    await using colony = await openOn(
      { ...world, ids: ownIds },
      { owner: "ada", clock: createSystemClock(), worker: atWork },
    );
    await colony.spawn("helper", { task: "t" });
    const own = await colony.as(bob).spawn("helper", { task: "t" });
    await colony.spawn("helper", { task: "t" });
    expect(colony.as(bob).agent("w-abcd").id).toBe(own.id);
    expect(await refusal(() => colony.agent("w-abcd"))).toContain("agent.not_found");
  });

  it("may not read the host's own files by way of a seed", async () => {
    await using colony = await busy();
    const seed = { from: "/etc/hostname" } as unknown as { messages: [] };
    expect(await refusal(() => colony.as(bob).spawn("helper", { task: "t", seed }))).toBe(
      "seed.unreadable: there is no option from of a seed for somebody; there are: messages",
    );
    expect(colony.agents()).toHaveLength(1);
    const messages = [{ role: "user", origin: "chat", text: "before" }] as const;
    const worker = await colony.as(bob).spawn("helper", { task: "t", seed: { messages } });
    expect(worker.record.seeded).toBe(true);
  });

  it("does not undo a stop of the colony by what they say to their own worker; who has the colony does", async () => {
    const world = ground();
    await using colony = await openOn(world, {
      owner: "ada",
      definition: { lifetime: "persistent" },
      worker: () => ({ text: "ok" }),
      script: () => ({ text: "ok" }),
    });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await worker.wait();
    await colony.stop({ reason: "look first" });
    const receipt = await worker.inject("go on");
    await settled();
    expect(colony.state.blocks).toHaveLength(1);
    expect(worker.record.pendingInputs).toBe(1);
    await (await colony.inject("go on, all of you")).reply();
    expect(colony.state.blocks).toEqual([]);
    expect(await receipt.outcome()).toMatchObject({ status: "completed" });
  });

  it("has a key of their own: the same words under another's key are not taken for theirs", async () => {
    await using colony = await busy();
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await worker.inject("hello", { idempotencyKey: "k" });
    const again = await worker.inject("hello", { idempotencyKey: "k" });
    expect(again.agentId).toBe(worker.id);
    const other = colony.as(ops).agent(worker.id);
    expect(await refusal(() => other.inject("hello", { idempotencyKey: "k" }))).toContain(
      "input.key_conflict",
    );
  });
});

describe("an operator", () => {
  it("sees everything, and speaks to everybody", async () => {
    await using colony = await busy({ script: [{ text: "hello ops" }] });
    await colony.as(bob).spawn("helper", { task: "t" });
    expect(ids(colony.as(ops))).toEqual(ids(colony));
    expect(await (await colony.as(ops).inject("hello")).reply()).toBe("hello ops");
  });

  it.each([
    ["cancel", (handle: GuardedHandle, confirm: object) => handle.cancel(confirm)],
    ["stop", (handle: GuardedHandle, confirm: object) => handle.stop(confirm)],
    ["close", (handle: GuardedHandle, confirm: object) => handle.close(confirm)],
  ])("has to confirm a %s of another's work, and is told so", async (verb, call) => {
    await using colony = await busy();
    const worker = await colony.as(bob).spawn("helper", { task: "t", name: "Tom" });
    await settled();
    const handle = colony.as(ops).agent(worker.id) as GuardedHandle;
    const sentence = `access.unconfirmed: agent "Tom" is not yours but that of "bob"; give { confirm: true } to ${verb} it all the same`;
    expect(await refusal(() => call(handle, {}))).toBe(sentence);
    expect(await refusal(() => call(handle, { confirm: false }))).toBe(sentence);
    expect(worker.record.execution?.status).toBe("running");
    await call(handle, { confirm: true, reason: "too dear" });
    expect(worker.record.execution?.status).toBe("cancelled");
  });

  it("confirms nothing of what is theirs, nor does the owner of the colony", async () => {
    await using colony = await busy();
    const own = await colony.as(ops).spawn("helper", { task: "t" });
    const other = await colony.as(bob).spawn("helper", { task: "t" });
    await settled();
    await own.cancel();
    await colony.as(ada).agent(other.id).cancel();
    await colony.agent(other.id).stop();
    expect(other.record.status).toBe("closed");
  });

  it("who stops the overseer stops everything, and confirms that too", async () => {
    await using colony = await busy();
    await colony.spawn("helper", { task: "t" });
    await settled();
    const overseer = colony.as(ops).agent("overseer");
    expect(await refusal(() => overseer.stop())).toMatch(
      /^access\.unconfirmed: agent "overseer" is not yours/,
    );
    expect(await overseer.stop({ confirm: true })).toHaveLength(1);
  });
});

describe("a policy", () => {
  it("decides each call with who, what and with what", async () => {
    const asked: unknown[] = [];
    const access: AccessPolicy = ({ id, role }, action, { agent, owner, colonyOwner }) => {
      asked.push([id, role, action, agent?.id, owner, colonyOwner]);
      return true;
    };
    await using colony = await busy({ access });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    asked.length = 0;
    await worker.inject("hello");
    expect(asked).toEqual([
      ["bob", "user", "see", worker.id, "bob", "ada"],
      ["bob", "user", "inject", worker.id, "bob", "ada"],
    ]);
  });

  it("may let somebody look and not touch, who is told so", async () => {
    const access: AccessPolicy = (principal, action, target) =>
      ownerOnly(principal, action, target) || (principal.id === "eve" && action === "see");
    await using colony = await busy({ access });
    const worker = await colony.spawn("helper", { task: "t", name: "Tom" });
    const seen = colony.as(eve).agent("Tom");
    expect((await seen.snapshot()).id).toBe(worker.id);
    for (const [call, said] of [
      [() => seen.inject("hello"), "inject anything into agent"],
      [() => seen.cancel({ confirm: true }), "cancel agent"],
      [() => seen.stop(), "stop agent"],
      [() => seen.remove(), "remove agent"],
    ] as const)
      expect(await refusal(call)).toBe(`access.denied: "eve" (user) may not ${said} "Tom"`);
  });

  it("may forbid to spawn, which is said as it is", async () => {
    await using colony = await busy({
      access: (who, action, target) => action !== "spawn" && ownerOnly(who, action, target),
    });
    expect(await refusal(() => colony.as(bob).spawn("helper", { task: "t" }))).toBe(
      'access.denied: "bob" (user) may not spawn workers in this colony',
    );
    expect((await colony.spawn("helper", { task: "t" })).record.owner).toBe("ada");
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no database");
      },
      "access policy failed, refused",
    ],
    ["answers later", () => Promise.resolve(true), "access policy gave no boolean, refused"],
    [
      "rejects later",
      () => Promise.reject(new Error("no database")),
      "access policy gave no boolean, refused",
    ],
    ["says nothing", () => undefined, "access policy gave no boolean, refused"],
    ["says yes in words", () => "yes", "access policy gave no boolean, refused"],
  ])("that %s has refused, and operators are told", async (_how, answer, said) => {
    const errors: string[] = [];
    const logger: Logger = {
      ...SILENT_LOGGER,
      error: (_data, message) => void errors.push(message),
      child: () => logger,
    };
    await using colony = await busy({ access: answer as unknown as AccessPolicy, logger });
    const worker = await colony.spawn("helper", { task: "t" });
    expect(await refusal(() => colony.as(ops).agent(worker.id))).toContain("agent.not_found");
    expect(colony.as(ops).agents()).toEqual([]);
    expect(new Set(errors)).toEqual(new Set([said]));
    expect(colony.agent(worker.id).id).toBe(worker.id);
  });

  it("that changes its mind takes handles along that somebody has", async () => {
    let lets = true;
    await using colony = await busy({ access: () => lets });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    lets = false;
    const gone = `agent.not_found: there is no agent "${worker.id}" in this colony`;
    expect(await refusal(() => worker.inject("hello"))).toBe(gone);
    expect(await refusal(() => worker.record)).toBe(gone);
    expect(await refusal(() => worker.stop())).toBe(gone);
  });
});

describe("events", () => {
  it("are told of the agents that somebody may see, live and from the log, and of the colony to whom it belongs", async () => {
    const world = ground();
    await using colony = await openOn(world, { owner: "ada" });
    const seen: Record<string, string[]> = { bob: [], eve: [], ops: [] };
    for (const who of [bob, eve, ops])
      colony.as(who).events$.subscribe((event: ColonyEvent) => void seen[who.id]?.push(event.agentId));
    const own = await colony.as(bob).spawn("helper", { task: "t" });
    const other = await colony.spawn("helper", { task: "t" });
    await Promise.all([own.report(), other.report()]);
    await settled();
    expect(new Set(seen["bob"])).toEqual(new Set([own.id]));
    expect(seen["bob"]).toHaveLength(own.record.version);
    expect(seen["eve"]).toEqual([]);
    expect(new Set(seen["ops"])).toEqual(new Set([own.id, other.id]));

    const read = async (who: Principal, query?: { agentId: AgentId }): Promise<readonly string[]> => {
      const told = new Set<string>();
      const options = query === undefined ? { until: colony.head() } : { until: colony.head(), query };
      for await (const event of colony.as(who).feed(options)) told.add(event.agentId);
      return [...told];
    };
    expect(await read(bob)).toEqual([own.id]);
    expect(await read(eve)).toEqual([]);
    expect(await read(ops)).toEqual(["colony", "overseer", own.id, other.id]);
    expect(await read(bob, { agentId: other.id })).toEqual([]);
    const picked: string[] = [];
    colony
      .as(bob)
      .select({ types: ["INPUT_RECEIVED"] })
      .subscribe(({ type }) => void picked.push(type));
    expect(picked).toEqual([]);
  });

  it("end with the colony, also for who waits for them", async () => {
    const colony = await openOn(ground(), { owner: "ada" });
    const waiting = (async () => {
      for await (const event of colony.as(bob).events$) return event.type;
      return "over";
    })();
    await settled();
    await colony.close();
    expect(await waiting).toBe("over");
  });
});

describe("what waits for people", () => {
  const asking = { worker: () => calls(["escalate", { questions: [{ question: "Which port?" }] }]) };

  it("is answered by whose worker it is, in their name, and is not there for others", async () => {
    const world = ground();
    const gate = createGate();
    await using colony = await openOn(world, {
      owner: "ada",
      worker: (request) =>
        results(request).length > 0 ? { text: results(request).join() } : asking.worker(),
    });
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    await colony.idle();
    gate.open();
    expect(colony.as(eve).pending()).toEqual([]);
    expect(colony.as(bob).pending()).toHaveLength(1);
    expect(await refusal(() => colony.as(eve).answer(worker.id, "80"))).toBe(
      `request.not_found: nothing that waits goes by "${worker.id}"; nothing waits for a person`,
    );
    await colony.as(bob).answer(worker.id, "8080");
    expect((await worker.report())?.summary).toContain("8080");
    const [answered] = await world.log.read({ types: ["QUESTION_ANSWERED"] });
    expect(answered?.data).toMatchObject({ by: "bob" });
  });
});

describe("a principal", () => {
  it.each([
    [undefined, "a principal is an object; give { id, role }"],
    [{ id: "bob" }, 'role of a principal is missing; give "user" or "operator"'],
    [{ id: "", role: "user" }, 'id of a principal is ""; give a name of 1 to 200 characters on one line'],
    [{ id: "bob", role: "root" }, 'role of a principal is "root"; give "user" or "operator"'],
    [{ id: "bob", role: "user", admin: true }, "there is no option admin of a principal"],
  ])("that is %j is refused in a sentence", async (principal, sentence) => {
    await using colony = await openOn(ground());
    expect(() => colony.as(principal as Principal)).toThrow(
      expect.objectContaining({
        code: "usage.invalid",
        message: expect.stringContaining(sentence) as string,
      }) as Error,
    );
  });

  it("does not become another when the object does that it was made from", async () => {
    await using colony = await busy();
    const forged = { id: "bob", role: "user" as "user" | "operator" };
    const face = colony.as(forged);
    forged.id = "ada";
    forged.role = "operator";
    expect(face.agents()).toEqual([]);
    expect(face.principal).toEqual(bob);
    expect(Object.isFrozen(face.principal)).toBe(true);
  });

  it("gives wrong options of a call the same sentences as the owner, and nothing is done", async () => {
    await using colony = await busy();
    const worker = await colony.as(bob).spawn("helper", { task: "t" });
    expect(await refusal(() => worker.cancel({ confirm: 1 } as never))).toContain("confirm of cancel is 1");
    expect(await refusal(() => worker.stop({ because: "x" } as never))).toContain(
      "there is no option because of stop",
    );
    expect(await refusal(() => colony.as(bob).agent(5 as never))).toContain("usage.invalid");
    expect(await refusal(() => worker.inject(5 as never))).toContain("input.invalid");
    expect(await refusal(() => colony.as(bob).spawn("helper", undefined as never))).toContain(
      "spawn.refused",
    );
  });
});

it("every member of an agent's handle is there for others too, so that none is forgotten", async () => {
  await using colony = await busy();
  const members = (handle: object): readonly string[] =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(handle)).filter((name) => name !== "constructor");
  const own = members(colony.overseer);
  const guarded = members(colony.as(ops).agent("overseer"));
  expect(own.filter((name) => !guarded.includes(name))).toEqual([]);
});
