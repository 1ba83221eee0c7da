import type { ModelRequest } from "@colony/core";
import type { ScriptedTurn } from "@colony/testkit";

/** What people and reports have said to the model, in order. */
export function heard({ prompt }: ModelRequest): readonly string[] {
  return prompt.flatMap((message) =>
    message.role === "user"
      ? message.content.flatMap((part) => (part.type === "text" ? [part.text] : []))
      : [],
  );
}

/** The newest of it. */
export function newest(request: ModelRequest): string {
  return heard(request).at(-1) ?? "";
}

/** What the model itself has said, in order. */
export function answered({ prompt }: ModelRequest): readonly string[] {
  return prompt.flatMap((message) =>
    message.role === "assistant"
      ? message.content.flatMap((part) => (part.type === "text" ? [part.text] : []))
      : [],
  );
}

/** Results of tools, as JSON, in order. */
export function results({ prompt }: ModelRequest): readonly string[] {
  return prompt.flatMap((message) =>
    message.role === "tool"
      ? message.content.map((part) => JSON.stringify("output" in part ? part.output : part))
      : [],
  );
}

/** Asks for tools. */
export function calls(...asked: readonly (readonly [name: string, input: unknown])[]): ScriptedTurn {
  return { toolCalls: asked.map(([name, input], index) => ({ id: `c${index}`, name, input })) };
}

/** Starts a worker of that name for each task. */
export function spawns(...tasks: readonly string[]): ScriptedTurn {
  return calls(["spawn_workers", { tasks: tasks.map((task) => ({ task, name: task })) }]);
}

/** Answers `re:` and what was said last. */
export function echoes(request: ModelRequest): ScriptedTurn {
  return { text: `re: ${newest(request)}` };
}
