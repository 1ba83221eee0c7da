import { describe, expect, it } from "vitest";
import { ColonyFolder } from "./testing/colony-folder.ts";

const filling = async (text: string, env: Record<string, string> = {}): Promise<string | undefined> => {
  using folder = new ColonyFolder({
    "colony.yaml": `version: "1"\noverseer:\n  model: fast\n  instructions: ${JSON.stringify(text)}\n`,
  });
  return (await folder.load({ env })).overseer.instructions;
};

describe("a variable", () => {
  it.each<[string, Record<string, string>, string]>([
    ["${WHO}", { WHO: "Ann" }, "Ann"],
    ["Hello ${WHO}, ${WHO}!", { WHO: "Ann" }, "Hello Ann, Ann!"],
    ["${WHO:-you}", {}, "you"],
    ["${WHO:-you}", { WHO: "" }, "you"],
    ["${WHO}", { WHO: "" }, ""],
    ["${WHO:-}", {}, ""],
    ["${WHO:-a:-b $x}", {}, "a:-b $x"],
    ["$${WHO} costs $5 and $WHO", { WHO: "Ann" }, "${WHO} costs $5 and $WHO"],
    ["${A}", { A: "${B}", B: "no" }, "${B}"],
    ["${A}", { A: "$& $1" }, "$& $1"],
    ["${A:-${B:-${C}}}", { A: "a" }, "a"],
    ["${A:-${B:-${C}}}", { B: "b" }, "b"],
    ["${A:-${B:-${C}}}", { C: "c" }, "c"],
    ["${A:-${B:-${C:-d}}}", {}, "d"],
    ["${A:-x${B}y}z", { B: "1" }, "x1yz"],
    ["${A:-x${B}y}z", { A: "2" }, "2z"],
    ["${A:-${B}}", { B: "${C}", C: "no" }, "${C}"],
    ['${A:-{"b": {}}}!', {}, '{"b": {}}!'],
    ["${A:-$${B}}", { B: "no" }, "${B}"],
    ["} { ${A:-$5}", {}, "} { $5"],
  ])("is put into %j with %j", async (text, env, filled) => {
    expect(await filling(text, env)).toBe(filled);
  });

  it.each([
    ["{ model: ${NOPE} }", "2:13", "${NOPE}"],
    ["{ model: a-${NOPE:-s3cret} }", "2:15", "${NOPE}"],
    ["{ model: fast, notes: [${NOPE}] }\nowner: me", "2:27", "${NOPE}"],
    ["{ model: ${} }", "2:13", "${...}"],
  ])(
    "without quotes within YAML's own braces is told alone, as what it is: %s",
    async (value, place, shown) => {
      using folder = new ColonyFolder({ "colony.yaml": `version: "1"\nx: ${value}\nworkers: {}\n` });
      expect(await folder.wrong()).toEqual([
        `colony.yaml:${place}: cannot be read: within { } and [ ] what holds ${shown} wants quotes around it, as in "${shown}"`,
      ]);
    },
  );

  it("may stand for a number or a yes", async () => {
    using folder = new ColonyFolder({
      "colony.yaml":
        'version: "1"\noverseer: { model: fast }\nlimits: { concurrency: "${N}" }\nbudget:\n  usd: ${USD:-0.5}\n  wall: ${WALL}\n',
    });
    const options = await folder.load({ env: { N: "3", WALL: "90s" } });
    expect(options).toMatchObject({ limits: { concurrency: 3 }, budget: { usd: 0.5, wallMs: 90_000 } });
  });

  it("that is not set is named, with all others that are not", async () => {
    using folder = new ColonyFolder({
      "colony.yaml": 'version: "1"\nowner: ${ME}\noverseer: { model: "${MODEL}", notes: ["a", "${NOTE}"] }\n',
    });
    expect(await folder.wrong()).toEqual([
      "colony.yaml:2:8: owner needs the variable ME, which is not set; set it, or write ${ME:-default}",
      "colony.yaml:3:20: overseer.model needs the variable MODEL, which is not set; set it, or write ${MODEL:-default}",
      "colony.yaml:3:45: overseer.notes[1] needs the variable NOTE, which is not set; set it, or write ${NOTE:-default}",
    ]);
  });

  it("that a default needs is named only where that default is needed", async () => {
    const text = 'version: "1"\noverseer: { model: fast, notes: ["${A:-${B:-x${C}}}"] }\n';
    using folder = new ColonyFolder({ "colony.yaml": text });
    expect(await folder.wrong({ env: { B: "set" } })).toEqual([]);
    expect(await folder.wrong()).toEqual([
      "colony.yaml:2:34: overseer.notes[0] needs the variable C, which is not set; set it, or write ${C:-default}",
    ]);
  });

  it.each(["constructor", "toString", "__proto__"])(
    "is what the environment has, and not what every object has: %s",
    async (name) => {
      using folder = new ColonyFolder({
        "colony.yaml": `version: "1"\noverseer: { model: fast, instructions: "\${${name}}" }\n`,
      });
      expect(await folder.wrong()).toEqual([
        `colony.yaml:2:40: overseer.instructions needs the variable ${name}, which is not set; set it, or write \${${name}:-default}`,
      ]);
    },
  );

  it.each([
    ["${A:-{}", 'holds "${A:-{}", which no } ends; braces in a default come in pairs'],
    ["${A:-${B}", 'holds "${A:-${B}", which no } ends; braces in a default come in pairs'],
    ["${A:-${1}}", 'holds "${1}", which names no variable; write ${NAME} or ${NAME:-default}'],
    [`${"${A:-".repeat(21)}x${"}".repeat(21)}`, "which lies in more than 20 defaults; write fewer"],
  ])("does not have a default that cannot be read: %j", async (text, words) => {
    using folder = new ColonyFolder({
      "colony.yaml": `version: "1"\noverseer:\n  model: fast\n  instructions: ${JSON.stringify(text)}\n`,
    });
    const lines = await folder.wrong({ env: { A: "set" } });
    expect(lines).toEqual([expect.stringContaining(words)]);
    expect(lines[0]?.length).toBeLessThan(300);
  });

  it("is not needed where an extending file says something else", async () => {
    using folder = new ColonyFolder({
      "base.yaml": 'version: "1"\noverseer: { model: "${MODEL}" }\n',
      "colony.yaml": 'version: "1"\nextend: "${BASE}.yaml"\noverseer: { model: fast }\n',
    });
    expect(await folder.wrong({ env: { BASE: "base" } })).toEqual([]);
    expect(await folder.wrong()).toEqual([
      "colony.yaml:2:9: extend needs the variable BASE, which is not set; set it, or write ${BASE:-default}",
    ]);
  });

  it.each(["${", "${}", "${my name}", "${1st}", "${WHO:=x}"])("is not what %j is", async (text) => {
    using folder = new ColonyFolder({
      "colony.yaml": `version: "1"\noverseer:\n  model: fast\n  instructions: ${JSON.stringify(`a ${text}`)}\n`,
    });
    expect(await folder.wrong({ env: { WHO: "x" } })).toEqual([
      expect.stringMatching(
        /^colony\.yaml:4:17: overseer\.instructions holds "\$\{.*", which names no variable; write \$\{NAME\} or \$\{NAME:-default\}/,
      ),
    ]);
  });
});

describe("a secret", () => {
  it("is never shown, wherever something is wrong with it", async () => {
    using folder = new ColonyFolder({
      "colony.yaml": `version: "1"
overseer: { model: "\${KEY}" }
workers:
  a: { instructionsFile: "\${KEY}.md", tools: ["\${KEY}"], report: { type: "\${KEY}" } }
mcpServers: { s: { url: "\${KEY}" } }
limits: { concurrency: "\${KEY}", shutdownGrace: "\${KEY}" }
`,
      "named.yaml": `version: "1"
overseer: { model: "\${KEY}" }
workers:
  a: { instructionsFile: "\${KEY}.md", tools: ["\${KEY}", "mcp:s/*"], report: { type: "\${KEY}" } }
mcpServers: { s: { command: "\${KEY}", env: { T: "\${KEY}" } } }
`,
    });
    const env = { KEY: "sk-very-secret" };
    const all = [...(await folder.wrong({ env })), ...(await folder.wrong({ env }, "named.yaml"))];
    expect(all.length).toBeGreaterThan(6);
    expect(all.join("\n")).not.toContain("sk-very-secret");
    expect(all.join("\n")).toContain("${KEY}");
  });
});
