// The openai package alone, for one answer over HTTP, read piece by piece: no tools, no loop.

import OpenAI from "openai";

export async function openHttp({ baseUrl }) {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "none", maxRetries: 0 });
  return {
    async execute(number) {
      const messages = [
        { role: "system", content: "You are a worker. You have one task." },
        { role: "user", content: `Read station ${number}.` },
      ];
      const stream = await client.chat.completions.create({ model: "work", messages, stream: true });
      let text = "";
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
      return text;
    },
  };
}
