import type { AgentStream } from "./agent-stream.ts";
import type { Writing } from "./writing.ts";

/** What is to be written, and what that holds until its outcome is known. */
export class Decided {
  readonly stream: AgentStream;
  readonly writing: Writing;
  /** The write that it was decided upon: settles as that does. */
  readonly basis: Promise<unknown> | undefined;
  /** The name of who is spawned. */
  readonly name: string | undefined;

  constructor(stream: AgentStream, writing: Writing, { basis, name }: Pick<Decided, "basis" | "name">) {
    this.stream = stream;
    this.writing = writing;
    this.basis = basis;
    this.name = name;
  }
}
