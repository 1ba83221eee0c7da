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
  /** Lets go of room in budgets. */
  readonly room: (() => void) | undefined;

  constructor(
    stream: AgentStream,
    writing: Writing,
    { basis, name, room }: Pick<Decided, "basis" | "name" | "room">,
  ) {
    this.stream = stream;
    this.writing = writing;
    this.basis = basis;
    this.name = name;
    this.room = room;
  }
}
