import {
  agentId,
  batchId,
  correlationId,
  inputId,
  isEnded,
  triggerId,
  type AgentId,
  type AgentLimits,
  type AgentState,
  type ColonyEvent,
} from "@colony/core";
import { requireGiven } from "../given.ts";
import { HISTORY_TEXTS, type HistoryAction } from "./actions.ts";
import { strayCommand } from "./stray.ts";
import { HistoryStreams, type HistoryCommit } from "./streams.ts";
import { planned } from "./work.ts";

/** What came of a list of actions. */
export interface History {
  /** Every event, in the order of the log. */
  readonly events: readonly ColonyEvent[];
  /** Every try to write, refused ones too. */
  readonly commits: readonly HistoryCommit[];
  readonly agents: readonly AgentId[];
  /** States that were evolved one event at a time. */
  state(id: AgentId): AgentState | undefined;
  /** Epoch ms after the last action. */
  readonly now: number;
}

const LIMITS: Record<"tight" | "wide", AgentLimits> = {
  tight: { iterations: 2, toolCalls: 3, softWallMs: 30_000, hardWallMs: 60_000, parallelTools: 2 },
  wide: { iterations: 20, toolCalls: 50, softWallMs: 600_000, hardWallMs: 1_200_000, parallelTools: 8 },
};

/** How a step goes on that was planned before something else came between. */
const RACE = { answer: { kind: "text", text: 0 }, pick: 0 } as const;

/**
 * Plays actions against the real `decide` and `evolve`, so that the events are always ones that the code can make. The
 * colony begins with one overseer.
 */
export function playHistory(actions: readonly HistoryAction[]): History {
  requireGiven("what playHistory plays", actions, "actions");
  const streams = new HistoryStreams();
  streams.perform(agentId("overseer"), [
    {
      type: "agent.spawn",
      data: {
        kind: "overseer",
        lifetime: "persistent",
        parentId: null,
        depth: 0,
        definitionId: "overseer",
        name: "overseer",
        label: null,
        task: null,
        batch: null,
        priority: 0,
        limits: LIMITS.wide,
        reportSchema: null,
      },
    },
  ]);
  for (const [index, action] of actions.entries()) play(streams, action, index);
  return {
    events: streams.events,
    commits: streams.commits,
    agents: streams.agents,
    state: (id) => streams.state(id),
    now: streams.now,
  };
}

function play(streams: HistoryStreams, action: HistoryAction, index: number): void {
  switch (action.do) {
    case "spawn":
      return spawn(streams, action);
    case "wait":
      streams.now += action.ms;
      return;
    case "sleep": {
      const { agent, ms } = action;
      const until = streams.now + ms;
      streams.perform(streams.agent(agent), [{ type: "execution.hold_up", ms, until }]);
      streams.now = until;
      return;
    }
    case "work":
      for (let step = 0, id = streams.agent(action.agent); step < action.steps; step += 1)
        planned(streams, id, action)();
      return;
    case "stray": {
      const { command, owner } = strayCommand(streams, action, index);
      streams.perform(streams.agent(action.agent), [command], owner);
      return;
    }
    case "input": {
      const { mode, kind, key } = action;
      const id = streams.agent(action.agent);
      const stale = action.race ? planned(streams, id, RACE) : undefined;
      streams.perform(id, [
        {
          type: "input.receive",
          inputId: inputId(`in-${index}`),
          kind,
          mode,
          ...(kind === "trigger" ? firedBy(action.text, streams.now) : { from: "user" }),
          text: textAt(action.text),
          ...(key === null ? {} : { idempotencyKey: `key-${key}` }),
          ...(action.race ? { principal: "ada" } : {}),
        },
      ]);
      stale?.();
      return;
    }
    case "restart": {
      const id = streams.agent(action.agent);
      const execution = streams.state(id)?.record.execution ?? null;
      if (execution === null || isEnded(execution.status)) return;
      if (action.orderly && index % 2 === 0)
        streams.perform(id, [{ type: "execution.pause", reason: "shutdown", leaving: true }]);
      if (action.orderly) streams.perform(id, [{ type: "execution.pause", reason: "shutdown" }]);
      streams.now += 5_000;
      const alone = !action.orderly && index % 2 === 0;
      streams.perform(id, [{ type: "execution.start", host: `host-${index}`, alone }]);
      return;
    }
    case "cancel": {
      const { cause } = action;
      const id = streams.agent(action.agent);
      const stale = action.race ? planned(streams, id, RACE) : undefined;
      const kept = action.keeps ? ({ keepsInbox: true } as const) : {};
      streams.perform(id, [
        {
          type: "execution.cancel",
          cause,
          by: "user",
          reason: cause === "user" ? "not needed" : null,
          ...(cause === "closed" ? { close: true, ...kept } : {}),
        },
      ]);
      stale?.();
      return;
    }
    case "end":
      streams.perform(streams.agent(action.agent), [
        { type: "execution.end", end: action.end, cause: ENDS[action.end], error: null },
      ]);
      return;
    case "report":
      streams.perform(streams.agent(action.agent), [
        {
          type: "report.record",
          status: action.status,
          summary: textAt(action.text),
          data: { n: index },
          artifacts: [],
        },
      ]);
      return;
    case "seed":
      streams.perform(streams.agent(action.agent), [seedOf(index)]);
      return;
    case "close":
      streams.perform(streams.agent(action.agent), [
        { type: "agent.close", cause: "closed", ...(action.keeps ? { keepsInbox: true } : {}) },
      ]);
      return;
    case "list":
      streams.perform(streams.agent(action.agent), [{ type: `agent.${action.as}`, by: "user" }]);
      return;
  }
}

const ENDS = {
  completed: "finished",
  failed: "crash",
  cancelled: "user",
  timed_out: "timeout",
  lost: "host_lost",
} as const;

function spawn(streams: HistoryStreams, action: HistoryAction & { readonly do: "spawn" }): void {
  const count = streams.agents.length;
  const parentId = streams.agents[action.parent % (count + 1)] ?? null;
  const parent = parentId === null ? undefined : streams.state(parentId);
  streams.perform(agentId(`w-${count}`), [
    {
      type: "agent.spawn",
      data: {
        kind: "worker",
        lifetime: action.lifetime,
        parentId,
        depth: (parent?.record.depth ?? -1) + 1,
        definitionId: "coder",
        name: null,
        label: `worker ${count}`,
        task: action.task ? `task ${count}` : null,
        batch: action.batch ? { id: batchId("batch"), index: 0, size: 2 } : null,
        priority: 0,
        limits: LIMITS[action.limits],
        reportSchema: action.wantsData ? { type: "object" } : null,
        ...(action.notify ? { notify: true, owner: `owner-${count % 2}` } : {}),
        ...(action.batch ? { denied: ["group:delegation"], allowed: ["look"], profile: "compact" } : {}),
      },
      correlationId: correlationId(`spawn-${count}`),
    },
  ]);
}

function seedOf(index: number) {
  return {
    type: "agent.seed",
    source: "a test",
    problems: [],
    messages: [
      { role: "user", origin: "seed", text: "before" },
      {
        role: "assistant",
        parts: [{ type: "text", text: "seeded answer" }],
        meta: { index },
      },
    ],
  } as const;
}

/** One trigger for each text, so that inputs of several may come due together. */
function firedBy(index: number, dueAt: number) {
  const id = triggerId(`t-${index}`);
  return { from: `trigger:${id}`, trigger: { id, version: 1, dueAt } };
}

function textAt(index: number): string {
  return HISTORY_TEXTS[index % HISTORY_TEXTS.length] ?? "go";
}
