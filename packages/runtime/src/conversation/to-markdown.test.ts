import fc from "fast-check";
import { callId, type Message } from "@colony/core";
import { describe, expect, it } from "vitest";
import { codeSpan, fenced, quoted } from "./markdown.ts";
import { toMarkdown } from "./to-markdown.ts";

describe("a conversation as Markdown", () => {
  it("tells who said what, and shows calls with their input and result", () => {
    const messages: readonly Message[] = [
      {
        role: "user",
        origin: "chat",
        text: "Read this:\n# not a heading",
        files: [{ mediaType: "image/png", data: "AAAA", name: "bee.png" }],
      },
      {
        role: "assistant",
        parts: [
          { type: "reasoning", text: "A file." },
          { type: "text", text: "I read it." },
          { type: "tool-call", callId: callId("c1"), name: "read", input: { path: "a.md" } },
        ],
      },
      {
        role: "tool",
        callId: callId("c1"),
        name: "read",
        result: {
          status: "ok",
          output: "```js\n1\n```",
          blob: { sha256: "ab12", sizeBytes: 70_000 },
        },
      },
    ];
    expect(toMarkdown(messages, { title: "Bees\n## and more", facts: { Agent: "worker-1" } })).toBe(
      [
        "# Bees ## and more",
        "- Agent: `worker-1`",
        "## User",
        "> Read this:\n> # not a heading",
        "- `bee.png` (`image/png`, about 3 bytes)",
        "## Assistant",
        "*Thinks:*",
        "> A file.",
        "> I read it.",
        "**Calls `read`** (`c1`)",
        '```json\n{\n  "path": "a.md"\n}\n```',
        "**Result of `read`** (`c1`): ok",
        "````\n```js\n1\n```\n````",
        "Whole output: 70000 bytes, sha256 `ab12`\n",
      ].join("\n\n"),
    );
  });

  it("names each outcome, and an input that is no JSON", () => {
    const text = toMarkdown(
      [
        {
          role: "assistant",
          parts: [{ type: "tool-call", callId: callId("c"), name: "read", input: "{half", malformed: true }],
        },
        { role: "tool", callId: callId("c"), name: "read", result: { status: "unknown", output: null } },
      ],
      { title: "t" },
    );
    expect(text).toContain("**Calls `read`** (`c`), with an input that is no JSON\n\n```\n{half\n```");
    expect(text).toContain("**Result of `read`** (`c`): outcome unknown\n\n```json\nnull\n```");
  });
});

const ticks = fc.string({ unit: fc.constantFrom("`", "~", "a", "\n", "\r", " ", ">", "#", "é") });

it("a fence is longer than any run of backticks inside, so that it closes where it should", () => {
  fc.assert(
    fc.property(ticks, (text) => {
      const fence = /^`+/.exec(fenced(text, ""))?.[0] ?? "";
      expect(fence.length).toBeGreaterThanOrEqual(3);
      expect(text).not.toContain(fence);
      expect(fenced(text, "")).toBe(`${fence}\n${text}\n${fence}`);
    }),
  );
});

it("inline code stays on its line and within its backticks", () => {
  fc.assert(
    fc.property(ticks, (text) => {
      const span = codeSpan(text);
      expect(span).not.toMatch(/[\r\n]/);
      const [, ticks, inside = ""] = /^(`+)(.*[^`])\1$/.exec(span) ?? [undefined, "`", "(empty)"];
      expect(inside.match(/`+/g) ?? []).not.toContain(ticks);
      expect(span === "(empty)").toBe(text.trim() === "");
    }),
  );
});

it("every line of a quote is marked", () => {
  fc.assert(
    fc.property(ticks, (text) => {
      for (const line of quoted(text).split(/\r\n|\r|\n/)) expect(line).toMatch(/^>( |$)/);
    }),
  );
});
