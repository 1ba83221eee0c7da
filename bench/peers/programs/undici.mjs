// undici alone: the request and its bytes, which nobody parses.

import { Pool } from "undici";

export async function openHttp({ baseUrl }) {
  const { origin, pathname } = new URL(baseUrl);
  const pool = new Pool(origin, { connections: 100 });
  return {
    async execute(number) {
      const messages = [
        { role: "system", content: "You are a worker. You have one task." },
        { role: "user", content: `Read station ${number}.` },
      ];
      const { body } = await pool.request({
        method: "POST",
        path: `${pathname}/chat/completions`,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "work", messages, stream: true }),
      });
      return await body.text();
    },
  };
}
