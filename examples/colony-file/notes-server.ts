// A small MCP server on standard input and output, as there are many: one tool that looks into notes.

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const NOTES = [
  "Night buses run every half hour.",
  "Night buses are free on holidays.",
  "The ferry leaves at noon.",
];

const server = new McpServer({ name: "notes", version: "1.0.0" });
server.registerTool(
  "search",
  { description: "Finds the notes that hold a phrase.", inputSchema: { phrase: z.string() } },
  ({ phrase }) => {
    const found = NOTES.filter((note) => note.toLowerCase().includes(phrase.toLowerCase()));
    return { content: [{ type: "text", text: JSON.stringify({ pid: process.pid, found }) }] };
  },
);
await server.connect(new StdioServerTransport());
