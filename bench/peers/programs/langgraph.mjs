// LangGraph as its documentation builds an agent: a graph of a model node and a ToolNode. With a folder it keeps its
// checkpoints in SQLite, each thread under an id of its own, with the durability that it has by default ("async").

import { join } from "node:path";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { z } from "zod";

const TEXT = "The reading at the station is 21.5 degrees; nothing about it is unusual.";
const SYSTEM = new SystemMessage("You are a worker. You have one task.");
const USAGE = { input_tokens: 120, output_tokens: 30, total_tokens: 150 };

const lookUp = tool(async ({ station }) => ({ station, reading: 21.5, unit: "degree" }), {
  name: "look_up",
  description: "Gives the newest reading of a station.",
  schema: z.object({ station: z.string() }),
});

export async function open({ before, dir }) {
  const model = new WorkModel({}, before).bindTools([lookUp]);
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke([SYSTEM, ...messages])] }))
    .addNode("tools", new ToolNode([lookUp]))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addEdge("tools", "agent")
    .compile(dir === undefined ? {} : { checkpointer: await openCheckpointer(dir) });
  return {
    async execute(number) {
      const input = { messages: [new HumanMessage(`Read station ${number}.`)] };
      const { messages } = await graph.invoke(input, { configurable: { thread_id: crypto.randomUUID() } });
      return messages.at(-1).text;
    },
  };
}

async function openCheckpointer(dir) {
  const { SqliteSaver } = await import("@langchain/langgraph-checkpoint-sqlite");
  return SqliteSaver.fromConnString(join(dir, "checkpoints.db"));
}

class WorkModel extends BaseChatModel {
  #before;

  constructor(fields, before) {
    super(fields);
    this.#before = before;
  }

  _llmType() {
    return "bench";
  }

  bindTools(tools) {
    return this.withConfig({ tools });
  }

  async _generate(messages) {
    await this.#before();
    const isAnswered = messages.some((message) => message.getType() === "ai");
    const message = isAnswered ? said() : call();
    return { generations: [{ text: message.text, message }] };
  }
}

function said() {
  return new AIMessage({ content: TEXT, usage_metadata: USAGE });
}

function call() {
  const toolCall = { type: "tool_call", id: "call-0", name: "look_up", args: { station: "north-0" } };
  return new AIMessage({ content: "", tool_calls: [toolCall], usage_metadata: USAGE });
}
