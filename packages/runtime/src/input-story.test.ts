import {
  COLONY_STREAM,
  DEFAULT_WORKER_LIMITS,
  NO_USAGE,
  agentId,
  colonyId,
  executionIdOf,
  inputId,
  recordEvent,
  type AgentId,
  type InputId,
  type NewEvent,
} from "@colony/core";
import { expect, it } from "vitest";
import { InputStory } from "./input-story.ts";

const [overseer, w, v] = [agentId("overseer"), agentId("w"), agentId("v")];
const ours = inputId("i-0");
const colony = colonyId("c");

type Step = readonly [AgentId, NewEvent];

const received = (at: AgentId, id: InputId): Step => [
  at,
  {
    type: "INPUT_RECEIVED",
    data: { inputId: id, kind: "correction", mode: "steer", from: overseer, text: "x" },
  },
];
const delivered = (at: AgentId, id: InputId, execution = 1): Step => [
  at,
  { type: "INPUT_DELIVERED", data: { inputIds: [id] }, executionId: executionIdOf(at, execution) },
];
const discarded = (at: AgentId, id: InputId): Step => [
  at,
  { type: "INPUT_DISCARDED", data: { inputId: id, reason: "stopped" } },
];
const completed = (at: AgentId, execution = 1): Step => [
  at,
  {
    type: "EXECUTION_COMPLETED",
    data: {
      cause: "finished",
      output: `end ${execution}`,
      error: null,
      activeMs: 1,
      turns: 1,
      toolCalls: 0,
      usage: NO_USAGE,
    },
    executionId: executionIdOf(at, execution),
  },
];
const spawned = (at: AgentId): Step => [
  at,
  {
    type: "AGENT_SPAWNED",
    data: {
      kind: "worker",
      lifetime: "persistent",
      parentId: overseer,
      depth: 1,
      definitionId: "d",
      name: null,
      label: null,
      task: "do it",
      batch: null,
      priority: 0,
      limits: DEFAULT_WORKER_LIMITS,
      reportSchema: null,
    },
  },
];
const closed = (at: AgentId): Step => [at, { type: "AGENT_CLOSED", data: { cause: "closed" } }];
const stopped = (owner: string): Step => [
  COLONY_STREAM,
  { type: "DISPATCH_BLOCKED", data: { owner, reason: "lunch" } },
];
const reported = (at: AgentId, parentId: AgentId = overseer): Step => [
  at,
  {
    type: "SUBAGENT_REPORT",
    data: {
      workerId: at,
      colonyId: colony,
      parentId,
      definitionId: "d",
      name: null,
      label: null,
      task: "do it",
      status: "success",
      cause: "finished",
      explicit: true,
      summary: "done",
      data: null,
      artifacts: [],
      error: null,
      usage: NO_USAGE,
      durationMs: 1,
      toolCalls: 0,
      batch: null,
    },
  },
];

const FILING = { enter: () => undefined, leave: () => undefined };

/** What our input has come to after all of that; the event in the place `n` has the id of `mail(n)`. */
function outcomeAfter(steps: readonly Step[]): string {
  const story = new InputStory({ agentId: overseer, inputId: ours }, FILING);
  for (const [index, [at, event]] of steps.entries()) {
    const append = { agentId: at, expectedVersion: index, events: [], at: 0 };
    story.take(recordEvent(event, append, { colonyId: colony, seq: index + 1, version: index + 1 }));
  }
  const { status, text } = story.outcome() ?? { status: "goes on", text: null };
  return text === null ? status : `${status}: ${text}`;
}

const mail = (at: AgentId, place: number): InputId => inputId(`${at}@${place}`);
const other = inputId("i-9");
const served = delivered(overseer, ours);

it.each<[string, string, readonly Step[]]>([
  [
    "what its agent spawned before it was given it",
    "completed: end 1",
    [spawned(w), served, completed(overseer)],
  ],
  ["a worker that was closed", "completed: end 1", [served, spawned(w), closed(w), completed(overseer)]],
  [
    "what a worker keeps that was closed",
    "completed: end 1",
    [served, received(w, other), closed(w), completed(overseer)],
  ],
  [
    "what was sent to a worker and discarded there, whatever else that was given and has reported",
    "completed: end 1",
    [
      served,
      received(w, other),
      delivered(w, inputId("i-5")),
      reported(w),
      discarded(w, other),
      completed(overseer),
    ],
  ],
  [
    "a report that goes to somebody else",
    "completed: end 1",
    [served, received(v, other), delivered(v, other), reported(v, w), completed(overseer)],
  ],
  [
    "what a worker reports before it is given what it was sent",
    "completed: end 2",
    [
      served,
      received(w, other),
      reported(w),
      completed(overseer),
      delivered(w, other),
      reported(w),
      delivered(overseer, mail(w, 6), 2),
      completed(overseer, 2),
    ],
  ],
  [
    "its reports behind the stop of a person",
    "cancelled: end 1",
    [served, spawned(w), reported(w), completed(overseer), stopped("user")],
  ],
])("an input does not wait for %s", (_what, outcome, steps) => {
  expect(outcomeAfter(steps)).toBe(outcome);
});

it.each<[string, readonly Step[]]>([
  ["a worker of its own", [served, spawned(w), completed(overseer)]],
  ["a report that is to be delivered", [served, spawned(w), reported(w), completed(overseer)]],
  [
    "a report behind what is not a person's stop",
    [served, spawned(w), reported(w), completed(overseer), stopped("disk")],
  ],
  [
    "a report where the stop came before it had begun",
    [stopped("user"), served, spawned(w), reported(w), completed(overseer)],
  ],
  ["the execution that serves it, whichever else ends", [served, completed(overseer, 2)]],
])("an input waits for %s", (_what, steps) => {
  expect(outcomeAfter(steps)).toBe("goes on");
});
