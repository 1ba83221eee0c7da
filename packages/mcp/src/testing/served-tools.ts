import { appendFileSync, existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A server with a tool for everything that can go well or wrong. What happens to it is written to the journal, line by line. */
export function servedTools(journal: string): McpServer {
  const note = (line: string): void => {
    if (journal !== "") appendFileSync(journal, `${line}\n`);
  };
  const server = new McpServer({ name: "served", version: "1.2.3" });
  const text = (words: string) => ({ content: [{ type: "text" as const, text: words }] });

  server.registerTool(
    "echo",
    {
      description: "Says it again.",
      inputSchema: { text: z.string(), times: z.int().min(1).optional() },
      annotations: { readOnlyHint: true },
    },
    ({ text: words, times = 1 }) => {
      note(`echo ${words}`);
      return text(words.repeat(times));
    },
  );
  server.registerTool("pid", { annotations: { idempotentHint: true } }, () => text(String(process.pid)));
  server.registerTool("key", {}, ({ _meta }) => text(String(_meta?.["colony/callKey"])));
  server.registerTool("env", {}, () => text(Object.keys(process.env).toSorted().join(" ")));
  server.registerTool("sum", { outputSchema: { sum: z.number() } }, () => ({
    content: [{ type: "text" as const, text: '{"sum":3}' }],
    structuredContent: { sum: 3 },
  }));
  server.registerTool("picture", {}, () => ({
    content: [
      { type: "text" as const, text: "A pixel:" },
      { type: "image" as const, mimeType: "image/png", data: PIXEL },
      { type: "resource" as const, resource: { uri: "file:///a.txt", text: "inside" } },
      { type: "resource_link" as const, uri: "file:///b.txt", name: "b" },
    ],
  }));
  server.registerTool("fail", {}, () => ({ ...text("the disk is full"), isError: true }));
  server.registerTool("die", {}, () => {
    note("die");
    process.stderr.write("out of luck, token s3cret-token\n");
    process.exit(3);
  });
  server.registerTool("freeze", {}, () => {
    note("freeze");
    for (;;) continue;
  });
  server.registerTool("hang", {}, async ({ signal }) => {
    note("hang");
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => {
        note("cancelled");
        resolve();
      });
    });
    return text("late");
  });
  server.registerTool("gate", {}, async () => {
    note("gate");
    while (!existsSync(`${journal}.open`)) await sleep(20);
    return text("let through");
  });
  server.registerTool("steps", {}, async ({ _meta, sendNotification }) => {
    const progressToken = _meta?.progressToken ?? "";
    for (const progress of [1, 2]) {
      const params = { progressToken, progress, total: 2 };
      await sendNotification({ method: "notifications/progress", params });
      // Clients leave out what comes together with the answer.
      await sleep(30);
    }
    return text("walked");
  });
  return server;
}
