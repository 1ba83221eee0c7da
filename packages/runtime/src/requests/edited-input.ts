import { ColonyError, type AgentId, type JsonValue } from "@colony/core";
import type { Parts } from "../parts.ts";

/** Holds an input that a person has put in the place of the model's against the tool's schema. Throws `tool.invalid_input`. */
export async function checkEdited(
  { ledger, roster }: Pick<Parts, "ledger" | "roster">,
  { agentId, tool: name }: { readonly agentId: AgentId; readonly tool: string },
  input: JsonValue,
): Promise<void> {
  const record = ledger.index.get(agentId);
  const tool = record === undefined ? undefined : roster.of(record)?.tools.find((each) => each.name === name);
  // A definition that is not here says so when the call is made.
  if (tool === undefined) return;
  const validated = await tool.validate(input);
  if ("problem" in validated)
    throw new ColonyError(
      "tool.invalid_input",
      `the input for "${name}" does not fit: ${validated.problem}; the call still waits`,
    );
}
