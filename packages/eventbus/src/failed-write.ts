import type { AgentStream, Writing } from "./agent-stream.ts";

/** What could not be appended, and what it was decided upon. */
export interface FailedWrite extends Pick<AgentStream, "basis"> {
  readonly stream: AgentStream;
  readonly writing: Writing;
  /** Lets go of what the write has held. */
  readonly letGo: () => void;
}

/** What was thrown, as a rejection. */
export async function rejected(error: unknown): Promise<never> {
  throw error;
}
