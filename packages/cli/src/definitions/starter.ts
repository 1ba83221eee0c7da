/** What `init` writes: the colony that there is without a file, said in a file, and what might be said besides. */
export const STARTER = `# Who is in this colony. "colony doctor" checks this file, and docs/definitions.md says what may stand in it.
version: "1"
extend: default # an overseer and a worker that look at this folder and change nothing

# overseer:
#   model: openai/gpt-5
#   instructionsFile: prompts/overseer.md

# workers:
#   reviewer:
#     description: Reads changes and says what is wrong with them.
#     instructions: Read before you judge.
#     tools: [read_file, search_text, "mcp:github/*"]
#     limits: { toolCalls: 40, softWall: 10m }

# limits: { concurrency: 4 }
# budget: { usd: 5 }

# mcpServers:
#   github:
#     command: npx
#     args: [-y, "@modelcontextprotocol/server-github"]
#     env: { GITHUB_PERSONAL_ACCESS_TOKEN: "\${GITHUB_TOKEN}" }
`;
