/** How a program in `programs/` is set up for its work. */
export interface OpenOptions {
  /** Awaited by its model before each answer. */
  readonly before: () => Promise<void>;
  /** An empty folder where it keeps what it does; undefined: it keeps nothing. */
  readonly dir?: string;
  /** Which of its ways of working is meant, where it has several. */
  readonly variant?: string;
  /** Executions that are under way at the same time. */
  readonly atOnce: number;
}

/** The same, for one model call over HTTP. */
export interface HttpOptions extends Omit<OpenOptions, "before"> {
  /** Of an OpenAI-compatible server on this machine. */
  readonly baseUrl: string;
}

/** A program that is ready. */
export interface Opened {
  /** Does the work once, and gives the text it ended with. */
  readonly execute: (number: number) => Promise<string>;
}

/**
 * What a program exports. All do the same: given "Read station n.", their model calls the tool `look_up`, which checks
 * its input by a schema, then answers in two pieces of text. Each goes by its own documentation, over a model in this
 * process that costs as little as one of its kind can. Those of peers are plain JavaScript, since they are run where
 * their packages are, outside this workspace.
 */
export interface Program {
  readonly open?: (options: OpenOptions) => Promise<Opened>;
  /** One model call over HTTP, read as it streams; absent where a peer has no client of its own. */
  readonly openHttp?: (options: HttpOptions) => Promise<Opened>;
}
