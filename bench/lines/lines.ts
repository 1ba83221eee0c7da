import { coldStart } from "./cold-start.ts";
import { crowd } from "./crowd.ts";
import { durableEvents } from "./durable-events.ts";
import { executionCpu } from "./execution-cpu.ts";
import { fold } from "./fold.ts";
import { httpCall } from "./http-call.ts";
import { inject } from "./inject.ts";
import { manyAgents } from "./many-agents.ts";
import { opening } from "./opening.ts";
import { telling } from "./telling.ts";
import { waitingMemory } from "./waiting-memory.ts";
import type { Line } from "../measure/line.ts";

/** All lines, in the order of the table. */
export const LINES: readonly Line[] = [
  executionCpu,
  waitingMemory,
  crowd,
  httpCall,
  durableEvents,
  telling,
  fold,
  manyAgents,
  inject,
  coldStart,
  opening,
];
