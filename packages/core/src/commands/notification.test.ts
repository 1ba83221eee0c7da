import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { EventId } from "../ids.ts";
import { AgentIndex } from "../views/agent-index.ts";

const worker = () => givenAgent({ notify: true, owner: "ada" }).started().asked().answered("done");
const failed = (id: EventId, attempt: number, retryAt: number | null) =>
  ({
    type: "notification.fail",
    notificationId: id,
    attempt,
    error: { code: "notification.failed", message: "nobody there" },
    retryAt,
  }) as const;
const idOf = (agent: ReturnType<typeof worker>): EventId =>
  EventId.parse(agent.events.find(({ type }) => type === "SUBAGENT_REPORT")?.id);

describe("a notice", () => {
  it("is due with the report of a worker that asked for it, and no longer once somebody has been told", () => {
    const agent = worker().ended("completed", "finished");
    const id = idOf(agent);
    expect(agent.state.record).toMatchObject({ status: "closed", notices: [{ id, failures: 0 }] });
    agent.when({ type: "notification.sent", notificationId: id, attempt: 1 });
    expect(agent.state.record.notices).toBeUndefined();
    expect(agent.events.at(-1)).toMatchObject({ type: "NOTIFICATION_SENT", data: { notificationId: id } });
    expect(agent.tried([{ type: "notification.sent", notificationId: id, attempt: 2 }])).toBe(
      "notification.not_due",
    );
  });

  it("waits for its next try, and is given up by one that is the last", () => {
    const agent = worker().ended("failed", "error");
    const id = idOf(agent);
    agent.when(failed(id, 1, 9_000));
    expect(agent.state.record.notices).toMatchObject([{ id, failures: 1, notBefore: 9_000 }]);
    agent.when(failed(id, 2, null));
    expect(agent.state.record.notices).toBeUndefined();
    expect(agent.tried([failed(id, 3, null)])).toBe("notification.not_due");
  });

  it("is due of nothing that was cancelled, and of nobody who did not ask", () => {
    const cancel = { type: "execution.cancel", cause: "user", by: "user", reason: null } as const;
    expect(worker().when(cancel).ended("cancelled", "user").state.record.notices).toBeUndefined();
    const silent = givenAgent().started().asked().answered("done").ended("completed", "finished");
    expect(silent.state.record.notices).toBeUndefined();
  });

  it("is due of each report of a persistent worker, in their order", () => {
    const agent = givenAgent({ notify: true, lifetime: "persistent" })
      .started()
      .asked()
      .answered("one")
      .ended("completed", "finished");
    agent.when({ type: "execution.queue", correlationId: null });
    agent.started().asked().answered("two").ended("completed", "finished");
    const reports = agent.events.filter(({ type }) => type === "SUBAGENT_REPORT").map(({ id }) => id);
    expect(reports).toHaveLength(2);
    expect(agent.state.record.notices?.map(({ id }) => id)).toEqual(reports);
  });

  it("is found again by the index without a look at any log, also when its agent is closed", () => {
    const agent = worker().ended("completed", "finished");
    const index = new AgentIndex();
    index.put(agent.state.record);
    expect([...index.open()]).toEqual([]);
    expect([...index.withNotices()]).toEqual([agent.id]);
    agent.when({ type: "notification.sent", notificationId: idOf(agent), attempt: 1 });
    index.put(agent.state.record);
    expect([...index.withNotices()]).toEqual([]);
  });
});
