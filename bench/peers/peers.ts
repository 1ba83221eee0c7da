/** Packages by name, each with its exact version. */
type Packages = Readonly<Record<string, string>>;

/** Packages that are installed together, into a folder of their own. */
export interface PeerPackages {
  readonly packages: Packages;
  /** Versions that are put in the place of those which they ask for themselves. */
  readonly overrides?: Packages;
}

/** Something that is measured beside Colony. */
export interface Peer {
  /** As it stands in the table. */
  readonly name: string;
  /** A file in `programs/`. */
  readonly program: string;
  /** Undefined: it comes with this workspace. */
  readonly packages?: PeerPackages;
  readonly variant?: string;
  /** Whether it keeps what it does on the disk. */
  readonly keeps: "nothing" | "disk";
  /** One without a loop has a client for HTTP and nothing else to measure. */
  readonly does: "executions" | "calls";
}

const AI_SDK: PeerPackages = {
  packages: { ai: "7.0.173", "@ai-sdk/openai-compatible": "3.0.92", zod: "4.6.7" },
};

const LANGGRAPH: PeerPackages = {
  packages: {
    "@langchain/langgraph": "1.7.3",
    "@langchain/langgraph-checkpoint-sqlite": "1.0.4",
    "@langchain/core": "1.4.0",
    zod: "4.6.7",
  },
  // The major version before fetches its binary when it is installed; this one brings it along.
  overrides: { "better-sqlite3": "13.2.0" },
};

const MASTRA: PeerPackages = {
  packages: {
    "@mastra/core": "1.71.0",
    "@mastra/libsql": "1.23.1",
    "@mastra/memory": "1.31.0",
    zod: "4.6.7",
  },
};

/** Colony itself, as it is measured beside the others. */
export const OURS = {
  nothing: { name: "Colony, log in memory", program: "colony.ts", keeps: "nothing", does: "executions" },
  disk: { name: "Colony, durable (SQLite, FULL)", program: "colony.ts", keeps: "disk", does: "executions" },
} as const satisfies Record<string, Peer>;

/** Everybody else. The versions are the newest that could be installed when this was written. */
export const PEERS: readonly Peer[] = [
  { name: "a loop written by hand", program: "hand.ts", keeps: "nothing", does: "executions" },
  {
    name: "pi 0.87.1",
    program: "pi.mjs",
    packages: {
      packages: { "@earendil-works/pi-agent-core": "0.87.1", "@earendil-works/pi-ai": "0.87.1" },
    },
    keeps: "nothing",
    does: "executions",
  },
  {
    name: "AI SDK 7.0.173, generateText",
    program: "ai-sdk.mjs",
    packages: AI_SDK,
    keeps: "nothing",
    does: "executions",
  },
  {
    name: "AI SDK 7.0.173, streamText",
    program: "ai-sdk.mjs",
    packages: AI_SDK,
    variant: "stream",
    keeps: "nothing",
    does: "executions",
  },
  {
    name: "OpenAI Agents 0.20.0",
    program: "openai-agents.mjs",
    packages: { packages: { "@openai/agents": "0.20.0", openai: "7.57.0", zod: "4.6.7" } },
    keeps: "nothing",
    does: "executions",
  },
  {
    name: "VoltAgent 2.10.0",
    program: "voltagent.mjs",
    packages: {
      packages: {
        "@voltagent/core": "2.10.0",
        "@voltagent/logger": "2.0.2",
        "@ai-sdk/provider-utils": "4.0.40",
        ai: "6.0.322",
        zod: "4.6.7",
      },
    },
    keeps: "nothing",
    does: "executions",
  },
  {
    name: "LangGraph 1.7.3",
    program: "langgraph.mjs",
    packages: LANGGRAPH,
    keeps: "nothing",
    does: "executions",
  },
  {
    name: "LangGraph 1.7.3, SQLite checkpointer",
    program: "langgraph.mjs",
    packages: LANGGRAPH,
    keeps: "disk",
    does: "executions",
  },
  { name: "Mastra 1.71.0", program: "mastra.mjs", packages: MASTRA, keeps: "nothing", does: "executions" },
  {
    name: "Mastra 1.71.0, memory in LibSQL",
    program: "mastra.mjs",
    packages: MASTRA,
    keeps: "disk",
    does: "executions",
  },
  {
    name: "openai 7.57.0, the client alone",
    program: "openai-sdk.mjs",
    packages: { packages: { openai: "7.57.0" } },
    keeps: "nothing",
    does: "calls",
  },
  {
    name: "undici 8.12.4, nothing parsed",
    program: "undici.mjs",
    packages: { packages: { undici: "8.12.4" } },
    keeps: "nothing",
    does: "calls",
  },
];
