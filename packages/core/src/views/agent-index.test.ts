import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { agentId, batchId } from "../ids.ts";
import type { AgentRecord } from "../state/agent-state.ts";
import { AgentIndex } from "./agent-index.ts";

const { record } = givenAgent().state;
const indexOf = (...changes: readonly Partial<AgentRecord>[]) => {
  const index = new AgentIndex();
  for (const change of changes) index.put({ ...record, ...change });
  return index;
};
const worker = agentId("worker-aaa1");
const other = agentId("worker-aab2");

describe("finding an agent", () => {
  const index = indexOf({ id: worker, name: "ann" }, { id: other, name: "work" }, { id: agentId("w") });

  it.each([
    ["worker-aaa1", worker],
    ["ann", worker],
    ["worker-aaa", worker],
    ["worker-aab", other],
    ["work", other],
    ["w", agentId("w")],
    ["worker-aa", undefined],
    ["nobody", undefined],
    ["ann-other", undefined],
    ["", undefined],
    ["constructor", undefined],
  ])("by %j gives %s", (text, id) => {
    expect(index.find(text)?.id).toBe(id);
  });

  it("by the start of an id takes at least four characters", () => {
    expect(indexOf({ id: worker }).find("wor")).toBeUndefined();
    expect(indexOf({ id: worker }).find("work")?.id).toBe(worker);
  });
});

describe("the index", () => {
  it("knows children, batches and who is open, and takes the newest record", () => {
    const batch = { id: batchId("b"), index: 0, size: 1 };
    const index = indexOf(
      { id: worker, parentId: other, batch },
      { id: other, parentId: null },
      { id: worker, parentId: other, batch, status: "closed" },
    );
    expect(index.size).toBe(2);
    expect([...index.childrenOf(other)]).toEqual([worker]);
    expect([...index.childrenOf(worker)]).toEqual([]);
    expect([...index.batch("b")]).toEqual([worker]);
    expect([...index.batch("none")]).toEqual([]);
    expect([...index.open()]).toEqual([other]);
    expect(index.get(worker)?.status).toBe("closed");
    expect([...index.all()].map(({ id }) => id)).toEqual([worker, other]);
  });

  it("knows who has processes, also of those that have closed, until the last of them has ended", () => {
    const index = indexOf({ id: worker, processes: 2 }, { id: other, processes: 0 });
    expect([...index.withProcesses()]).toEqual([worker]);
    index.put({ ...record, id: worker, processes: 1, status: "closed" });
    expect([...index.withProcesses()]).toEqual([worker]);
    expect([...index.open()]).toEqual([other]);
    index.put({ ...record, id: worker, processes: 0, status: "closed" });
    expect([...index.withProcesses()]).toEqual([]);
    expect([...index.open()]).toEqual([other]);
  });

  it("takes a record in where it has the agent, as if it had looked for it", () => {
    const [looked, kept] = [new AgentIndex(), new AgentIndex()];
    const place = kept.put({ ...record, id: worker, name: "ann" });
    looked.put(place.record);
    const changes: readonly Partial<AgentRecord>[] = [
      { processes: 2, requests: 1 },
      { status: "closed", notices: [] },
      { status: "open", processes: 1 },
      {},
      { status: "closed", removed: true },
    ];
    for (const change of changes) {
      const changed = { ...record, id: worker, name: "ann", ...change };
      looked.put(changed);
      kept.replace(place, changed);
      for (const index of [looked, kept])
        expect([
          index.get(worker),
          [...index.open()],
          [...index.withProcesses()],
          [...index.withRequests()],
          [...index.withNotices()],
          index.byName("ann")?.id,
          index.size,
        ]).toEqual([
          changed,
          changed.status === "closed" ? [] : [worker],
          changed.processes > 0 ? [worker] : [],
          changed.requests === undefined ? [] : [worker],
          changed.notices === undefined ? [] : [worker],
          changed.removed === true ? undefined : worker,
          changed.removed === true ? 0 : 1,
        ]);
    }
  });
});
