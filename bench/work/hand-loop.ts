import {
  SILENT_LOGGER,
  agentId,
  callId,
  executionIdOf,
  type Model,
  type ModelPrompt,
  type ModelRequest,
  type ModelStreamPart,
  type ModelTool,
  type Tool,
  type ToolContext,
} from "@colony/core";

type Content = Extract<ModelPrompt[number], { role: "assistant" }>["content"];
type Results = Extract<ModelPrompt[number], { role: "tool" }>["content"];
type ToolCall = Extract<ModelStreamPart, { type: "tool-call" }>;

const NOBODY = agentId("hand");
const CONTEXT: ToolContext = {
  signal: new AbortController().signal,
  callId: callId("hand"),
  callKey: "hand",
  agent: { id: NOBODY, executionId: executionIdOf(NOBODY, 1), correlationId: undefined, depth: 1 },
  progress: () => undefined,
  log: SILENT_LOGGER,
  runProcess: () => Promise.reject(new Error("there are no processes here")),
  lease: () => Promise.reject(new Error("there are no leases here")),
  milestone: () => Promise.resolve(),
  taken: () => undefined,
};

/** The loop that anybody could write by hand over the same model and tool: no record, no limit, no way to stop it. */
export async function handLoop(model: Model, tool: Tool, task: string): Promise<string> {
  const [prompt, tools] = [promptOf(task), toolsOf(tool)];
  for (;;) {
    const { stream } = await model.doStream({ prompt, tools, toolChoice: { type: "auto" } });
    const turn = new Turn(tool);
    for await (const part of stream) {
      const running = turn.take(part);
      if (running !== undefined) await running;
    }
    if (turn.isLast) return turn.text;
    prompt.push(...turn.messages());
  }
}

/** A model that hands its answer over whole. */
export type WholeModel = (request: ModelRequest) => Promise<readonly ModelStreamPart[]>;

/** That loop over a model without a stream: what is left when nothing of the provider's interface is paid for. */
export async function wholeLoop(ask: WholeModel, tool: Tool, task: string): Promise<string> {
  const [prompt, tools] = [promptOf(task), toolsOf(tool)];
  for (;;) {
    const turn = new Turn(tool);
    for (const part of await ask({ prompt, tools, toolChoice: { type: "auto" } })) {
      const running = turn.take(part);
      if (running !== undefined) await running;
    }
    if (turn.isLast) return turn.text;
    prompt.push(...turn.messages());
  }
}

/** Such a loop many times over, all at once. */
export async function atOnce(loop: (task: string) => Promise<string>, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, number) => loop(`Read station ${number}.`)));
}

/** One answer of the model, as it comes in. */
class Turn {
  readonly #tool: Tool;
  readonly #content: Content = [];
  readonly #results: Results = [];
  text = "";

  constructor(tool: Tool) {
    this.#tool = tool;
  }

  get isLast(): boolean {
    return this.#results.length === 0;
  }

  /** Gives a promise where there is something to wait for. */
  take(part: ModelStreamPart): Promise<void> | undefined {
    if (part.type === "text-delta") this.text += part.delta;
    return part.type === "tool-call" ? this.#run(part) : undefined;
  }

  messages(): ModelPrompt {
    return [
      { role: "assistant", content: this.#content },
      { role: "tool", content: this.#results },
    ];
  }

  async #run({ toolCallId, toolName, input: text }: ToolCall): Promise<void> {
    const input: unknown = JSON.parse(text);
    this.#content.push({ type: "tool-call", toolCallId, toolName, input });
    const checked = await this.#tool.validate(input);
    if (!("value" in checked)) throw new Error(checked.problem);
    const value = await this.#tool.run(checked.value, CONTEXT);
    const output = { type: "json", value: value as never } as const;
    this.#results.push({ type: "tool-result", toolCallId, toolName, output });
  }
}

function promptOf(task: string): ModelPrompt {
  return [
    { role: "system", content: "You are a worker. You have one task." },
    { role: "user", content: [{ type: "text", text: task }] },
  ];
}

function toolsOf({ name, description, inputSchema }: Tool): ModelTool[] {
  return [{ type: "function", name, description, inputSchema: inputSchema as never }];
}
