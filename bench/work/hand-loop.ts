import {
  SILENT_LOGGER,
  agentId,
  callId,
  executionIdOf,
  type Model,
  type ModelPrompt,
  type ModelTool,
  type Tool,
  type ToolContext,
} from "@colony/core";

type Content = Extract<ModelPrompt[number], { role: "assistant" }>["content"];
type Results = Extract<ModelPrompt[number], { role: "tool" }>["content"];

const NOBODY = agentId("hand");
const CONTEXT: ToolContext = {
  signal: new AbortController().signal,
  callId: callId("hand"),
  callKey: "hand",
  agent: { id: NOBODY, executionId: executionIdOf(NOBODY, 1), correlationId: undefined, depth: 1 },
  progress: () => undefined,
  log: SILENT_LOGGER,
  runProcess: () => Promise.reject(new Error("there are no processes here")),
  taken: () => undefined,
};

/** The loop that anybody could write by hand over the same model and tool: no record, no limit, no way to stop it. */
export async function handLoop(model: Model, tool: Tool, task: string): Promise<string> {
  const tools: ModelTool[] = [
    {
      type: "function",
      name: tool.name,
      description: tool.description,
      inputSchema: tool.inputSchema as never,
    },
  ];
  const prompt: ModelPrompt = [
    { role: "system", content: "You are a worker. You have one task." },
    { role: "user", content: [{ type: "text", text: task }] },
  ];
  for (;;) {
    const { stream } = await model.doStream({ prompt, tools, toolChoice: { type: "auto" } });
    const content: Content = [];
    const results: Results = [];
    let text = "";
    for await (const part of stream) {
      if (part.type === "text-delta") text += part.delta;
      if (part.type !== "tool-call") continue;
      const input: unknown = JSON.parse(part.input);
      content.push({ type: "tool-call", toolCallId: part.toolCallId, toolName: part.toolName, input });
      const checked = await tool.validate(input);
      if (!("value" in checked)) throw new Error(checked.problem);
      const value = await tool.run(checked.value, CONTEXT);
      const output = { type: "json", value: value as never } as const;
      results.push({ type: "tool-result", toolCallId: part.toolCallId, toolName: part.toolName, output });
    }
    if (results.length === 0) return text;
    prompt.push({ role: "assistant", content }, { role: "tool", content: results });
  }
}

/** That loop many times over, all at once. */
export async function handLoops(model: Model, tool: Tool, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, number) => handLoop(model, tool, `Read station ${number}.`)),
  );
}
