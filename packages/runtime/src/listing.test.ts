import { describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import type { ListOptions } from "./listing.ts";
import { HOUR, KeptColony } from "./testing/kept-colony.ts";

const names = (colony: Colony, options?: ListOptions): readonly (string | null)[] =>
  colony.list(options).items.map(({ name }) => name);

describe("workers that have ended", () => {
  it("stay in lists for 24 hours after their end, and leave them after that, strictly", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "first");
    await kept.later(10);
    await kept.ended(colony, "second");
    expect(names(colony)).toEqual(["second", "first"]);
    const closedAt = colony.agent("first").record.closedAt ?? 0;
    await kept.later(closedAt + 24 * HOUR - kept.ground.clock.now());
    expect(names(colony)).toEqual(["second", "first"]);
    await kept.later(1);
    expect(names(colony)).toEqual(["second"]);
    expect(colony.list({ past: "shown" })).toMatchObject({
      total: 2,
      items: [{ name: "second" }, { name: "first" }],
    });
    expect(colony.agent("first").record.status).toBe("closed");
  });

  it("are left out from the start by a colony that is opened later, and nobody at work is, however old", async () => {
    await using kept = new KeptColony();
    const first = await kept.open();
    await kept.ended(first, "ended");
    await first.spawn("keeper", { task: "t", name: "idle" }).then((worker) => worker.report());
    await kept.close();
    await kept.ground.clock.advance(1_000 * HOUR);
    expect(names(await kept.open())).toEqual(["idle"]);
  });

  it.each<[number, readonly string[]]>([
    [0, []],
    [HOUR, ["b"]],
    [Number.POSITIVE_INFINITY, ["b", "a"]],
  ])("are listed for as long as is set: %s ms", async (retentionMs, listed) => {
    await using kept = new KeptColony();
    const colony = await kept.open({ limits: { retentionMs } });
    await kept.ended(colony, "a");
    await kept.later(2 * HOUR);
    await kept.ended(colony, "b");
    await kept.later(1);
    expect(names(colony)).toEqual(listed);
  });
});

describe("a list", () => {
  it("can be asked for by status, definition, parent and who was dismissed, and is read page by page", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    for (const name of ["a", "b", "c"]) await kept.ended(colony, name);
    await colony
      .spawn("keeper", { task: "t", name: "k", parent: "overseer" })
      .then((worker) => worker.report());
    await colony.agent("b").dismiss();
    expect(names(colony)).toEqual(["k", "c", "a"]);
    expect(names(colony, { dismissed: "shown" })).toEqual(["k", "c", "b", "a"]);
    expect(names(colony, { status: "completed" })).toEqual(["c", "a"]);
    expect(names(colony, { status: ["idle", "running"] })).toEqual(["k"]);
    expect(names(colony, { definition: "keeper" })).toEqual(["k"]);
    expect(names(colony, { parent: "overseer" })).toEqual(["k"]);
    expect(names(colony, { parent: "k" })).toEqual([]);
    const first = colony.list({ limit: 2 });
    expect(first).toMatchObject({ total: 3, items: [{ name: "k" }, { name: "c" }] });
    await kept.ended(colony, "d");
    const second = colony.list({ limit: 2, cursor: first.next ?? "" });
    expect(second).toMatchObject({ total: 4, next: null, items: [{ name: "a" }] });
  });

  it("of an owner, a definition, a parent or a batch that nobody knows is empty, and no error", async () => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    await kept.ended(colony, "a");
    for (const options of [
      { owner: "eve" },
      { definition: "painter" },
      { parent: "nobody" },
      { batch: "none" },
    ])
      expect(colony.list(options)).toEqual({ items: [], next: null, total: 0 });
  });

  it.each<[unknown, string]>([
    [{ status: "done" }, 'status of list is "done"; give one of "pending", "queued", "running", '],
    [{ status: [] }, "status of list is a list; give one of "],
    [{ status: ["running", "gone"] }, 'status[1] of list is "gone"; give one of '],
    [{ status: [5] }, "status[0] of list is 5; give one of "],
    [{ limit: 0 }, "limit of list is 0; give a whole number from 1 to 1000"],
    [{ limit: 2.5 }, "limit of list is 2.5; give a whole number from 1 to 1000"],
    [{ limit: 1_001 }, "limit of list is 1001; give a whole number from 1 to 1000"],
    [{ limit: "5" }, 'limit of list is "5"; give a whole number from 1 to 1000'],
    [
      { cursor: "next" },
      'the cursor "next" is none that a list has given; leave it out to begin with the newest',
    ],
    [{ cursor: 3 }, "cursor of list is 3; give what the list before gave as next"],
    [{ owner: 3 }, "owner of list is 3; give whose workers are meant, as a text"],
    [{ parent: null }, "parent of list is null; give the id or the name of an agent"],
    [
      { definition: {} },
      "definition of list is an object that will not do; give the name of a worker definition",
    ],
    [{ batch: 1 }, "batch of list is 1; give the id of a batch"],
    [{ dismissed: true }, 'dismissed of list is true; give "hidden" or "shown"'],
    [{ past: "all" }, 'past of list is "all"; give "hidden" or "shown"'],
    [{ page: 2 }, "there is no option page of list"],
    ["all", "the options of list are no object; leave them out, or give one"],
  ])("asked for by %j is refused: %s", async (options, message) => {
    await using kept = new KeptColony();
    const colony = await kept.open();
    expect(() => colony.list(options as ListOptions)).toThrow(
      expect.objectContaining({
        code: "usage.invalid",
        message: expect.stringContaining(message) as unknown,
      }),
    );
  });
});
