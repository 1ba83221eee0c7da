import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

// A server that answers what it should not. In which way, its argument says. A file named ASKED says that it was asked.

const [, , way = ""] = process.argv;
const { ASKED = "" } = process.env;
const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};
const tool = (name: string, schema: object = {}): object => ({
  name,
  description: `The tool ${name}.`,
  inputSchema: { type: "object", ...schema },
});

/** Too deep for JSON.stringify: put together as text. */
const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;

const LISTS: Readonly<Record<string, readonly object[]>> = {
  twice: [tool("t", { title: "first" }), tool("a.b"), tool("a_b"), tool(""), tool("t", { title: "second" })],
  pattern: [tool("t", { properties: { s: { type: "string", pattern: "^(a+)+$" } } })],
  output: [{ ...tool("t"), outputSchema: { type: "object", properties: { a: { $ref: "#/nowhere" } } } }],
};

function list(id: unknown): void {
  if (ASKED !== "") writeFileSync(ASKED, "yes");
  if (way === "silent") return;
  if (way === "deep")
    process.stdout.write(
      `{"jsonrpc":"2.0","id":${String(id)},"result":{"tools":[{"name":"u","inputSchema":{"type":"object","x":${deep}}},${JSON.stringify(tool("t"))}]}}\n`,
    );
  else say({ jsonrpc: "2.0", id, result: { tools: LISTS[way] ?? [tool("t")] } });
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line) as {
    readonly id?: unknown;
    readonly method?: string;
    readonly params?: { readonly protocolVersion?: string };
  };
  if (method === "initialize")
    say({
      jsonrpc: "2.0",
      id,
      result: {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "hostile", version: "1" },
      },
    });
  else if (method === "tools/list") list(id);
  else if (method === "tools/call")
    process.stdout.write(
      `{"jsonrpc":"2.0","id":${String(id)},"result":{"content":[],"structuredContent":${deep}}}\n`,
    );
});
