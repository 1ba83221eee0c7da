export { askServer, mcpTools, toolsOfServers } from "./mcp-server.ts";
export type { McpServer, McpTool } from "./mcp-server.ts";
export type { HttpServerOptions, McpServerOptions, StdioServerOptions } from "./server/server-options.ts";
