import type { AgentId, CallId, ExecutionId } from "../ids.ts";
import type { JsonObject } from "../json.ts";

interface Origin {
  readonly agentId: AgentId;
  readonly executionId: ExecutionId;
}

/** A passing signal: told to whoever listens now, never stored, never folded into state, dropped first under pressure. */
export type Pulse = Origin &
  (
    | { readonly type: "text"; readonly callId: CallId; readonly delta: string }
    | { readonly type: "reasoning"; readonly callId: CallId; readonly delta: string }
    | { readonly type: "tool_input"; readonly callId: CallId; readonly name: string; readonly delta: string }
    | {
        readonly type: "tool_progress";
        readonly callId: CallId;
        readonly name: string;
        readonly message: string;
        readonly data?: JsonObject;
      }
  );

/** The name of a kind of passing signal. */
export type PulseType = Pulse["type"];
