import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { ProcessId, callId, executionIdOf } from "../ids.ts";
import { AgentIndex } from "../views/agent-index.ts";

const start = { type: "process.start", callId: callId("c"), pid: 7, startToken: "t", command: "ls" } as const;
const exit = (id: string) =>
  ({
    type: "process.exit",
    processId: ProcessId.parse(id),
    code: 0,
    signal: null,
    how: "exited",
  }) as const;

const inACall = () =>
  givenAgent()
    .started()
    .asked()
    .answered("", [{ id: "c" }])
    .toolStarted("c");
const processOf = (worker: ReturnType<typeof inACall>): string =>
  worker.state.processes[0]?.processId ?? "none";

describe("a process", () => {
  it("is started by a call that is under way, and open until its exit", () => {
    const worker = inACall().when(start);
    expect(worker.state.record.processes).toBe(1);
    expect(worker.state.processes).toMatchObject([
      { processId: `w-1.p${worker.events.length}`, executionId: executionIdOf(worker.id, 1), pid: 7 },
    ]);
    worker.when(exit(processOf(worker)));
    expect(worker.state.processes).toEqual([]);
    expect(worker.state.record.processes).toBe(0);
  });

  it("is refused to a call that has not begun, has its outcome, or is cancelled", () => {
    const asked = givenAgent()
      .started()
      .asked()
      .answered("", [{ id: "c" }]);
    expect(asked.tried([start])).toBe("tool_call.not_open");
    expect(inACall().toolDone("c").tried([start])).toBe("tool_call.not_open");
    const cancel = { type: "execution.cancel", cause: "user", by: "user", reason: null } as const;
    expect(inACall().when(cancel).tried([start])).toBe("execution.cancelling");
  });

  it("has one exit, which may follow the end of its execution and the close of its agent", () => {
    const worker = inACall().when(start);
    const id = processOf(worker);
    worker.ended("cancelled", "user");
    expect(worker.state.record).toMatchObject({ status: "closed", processes: 1 });
    worker.when(exit(id));
    expect(worker.events.at(-1)).toMatchObject({
      type: "PROCESS_EXITED",
      executionId: executionIdOf(worker.id, 1),
    });
    expect(worker.tried([exit(id)])).toBe("process.not_open");
    expect(worker.state.record).toMatchObject({ status: "closed", processes: 0 });
  });

  it("is found again by the index, also when its agent is closed", () => {
    const worker = inACall().when(start).ended("lost", "host_lost");
    const index = new AgentIndex();
    index.put(worker.state.record);
    expect([...index.open()]).toEqual([]);
    expect([...index.withProcesses()]).toEqual([worker.id]);
    index.put(worker.when(exit(processOf(worker))).state.record);
    expect([...index.withProcesses()]).toEqual([]);
  });
});
