/** How many pieces of text the answer has. */
const TEXTS = 20;

const END = [chunkOf({}, "stop"), chunkOf(), "data: [DONE]\n\n"].join("");

/** An answer in the streaming protocol of OpenAI: 20 pieces of text, then why it ended and what it used. */
export const CHUNKS: readonly string[] = [
  ...Array.from({ length: TEXTS }, (_, number) => chunkOf({ role: "assistant", content: `word ${number} ` })),
  END,
];

function chunkOf(delta?: object, finishReason: string | null = null): string {
  const said =
    delta === undefined
      ? { choices: [], usage: { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 } }
      : { choices: [{ index: 0, delta, finish_reason: finishReason }] };
  const chunk = {
    id: "c-1",
    object: "chat.completion.chunk",
    created: 1_700_000_000,
    model: "work",
    ...said,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
