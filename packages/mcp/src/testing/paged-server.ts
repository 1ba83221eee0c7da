import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

// A server with more tools than fit on one page, the last of them with a schema that nobody can read.

const schemas = [...Array.from({ length: 4 }, () => ({})), { properties: { a: { $ref: "#/nowhere" } } }];
const TOOLS = schemas.map((schema, index) => ({
  name: `tool ${index}`,
  inputSchema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object" as const,
    ...schema,
  },
}));
const PER_PAGE = 2;

const { server } = new McpServer(
  { name: "paged", version: "1" },
  { capabilities: { tools: { listChanged: true } } },
);
server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
  const from = Number(params?.cursor ?? 0);
  const next = from + PER_PAGE;
  const tools = TOOLS.slice(from, next);
  return next < TOOLS.length ? { tools, nextCursor: String(next) } : { tools };
});
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  // It has changed its mind: what it offers now is something else.
  TOOLS.splice(0);
  await server.sendToolListChanged();
  return { content: [{ type: "text", text: `${params.name} ${JSON.stringify(params.arguments)}` }] };
});
await server.connect(new StdioServerTransport());
