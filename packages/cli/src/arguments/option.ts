/** An option of the command line: what parsing accepts and what help says of it. */
export interface Option {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What its value stands for in help, in capitals; absent: it takes no value. */
  readonly value?: string;
  readonly says: string;
}

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  { name: "dir", value: "PATH", says: 'the colony folder (default .colony here; "memory" keeps nothing)' },
  { name: "workspace", value: "PATH", says: "the folder that workers may read (default: where you stand)" },
  {
    name: "file",
    value: "PATH",
    says: "the file that says who is in the colony (default: colony.yaml, .yml or .json where you stand)",
  },
  {
    name: "model",
    value: "PROVIDER/NAME",
    says: "offline, openai, anthropic or openai-compatible, and the model's name",
  },
  { name: "concurrency", value: "N", says: "how many workers may be at work at once (default 4)" },
  { name: "budget-usd", value: "N", says: "the most that the colony may spend in all, in US dollars" },
  { name: "budget-tokens", value: "N", says: "the same in tokens, in and out" },
  {
    name: "budget-wall",
    value: "TIME",
    says: "the same in time at work, as in 30s, 10m or 2h; a bare number is seconds",
  },
  {
    name: "prices",
    value: "PROVIDER/MODEL=IN/OUT,...",
    says: "what models cost, in US dollars per million tokens in and out",
  },
  {
    name: "grace",
    value: "SECONDS",
    says: "how long what runs may go on when the process is asked to end (default 10)",
  },
  {
    name: "retention",
    value: "TIME",
    says: "how long workers that have ended stay in lists, as in 24h (the default), or forever",
  },
  {
    name: "notify-command",
    value: "COMMAND",
    says: "run by a shell for each worker that has ended and that you asked to be told of",
  },
  {
    name: "notify-webhook",
    value: "URL",
    says: "the same as a request to this address, signed with COLONY_NOTIFY_SECRET",
  },
  {
    name: "take-over",
    says: "run, chat, host: open a colony that a process on another machine had open, when that machine is gone",
  },
  { name: "json", says: "print JSON, for programs" },
  { name: "no-color", says: "print without colours" },
  { name: "debug", says: "show stack traces and logs" },
  { name: "help", short: "h", says: "explain the command" },
  { name: "version", short: "V", says: "print the version" },
];
