import { describe, expect, it } from "vitest";
import { dueText, textProblem, webhookText } from "./trigger-text.ts";

describe("a trigger's text", () => {
  it("tells when it came due where it has a place for that", () => {
    expect(dueText("look for news since {{due}}, {{ due }}", 0)).toBe(
      "look for news since 1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.000Z",
    );
  });

  it.each([
    ["{{body}}", "plain words", "plain words"],
    [
      "build of {{body.repo.name}} is {{body.ok}}: {{body.n}}",
      '{"repo":{"name":"bee"},"ok":true,"n":[1]}',
      "build of bee is true: [1]",
    ],
    ["{{body.no.such}}|{{body.__proto__}}", "{}", "|"],
    ["{{body.a}}", "no json", ""],
    ["a build has ended", '{"ok":true}', 'a build has ended\n\n{"ok":true}'],
    ["a build has ended", " ", "a build has ended"],
    ["say {{body}}", "{{body}} $& {{due}}", "say {{body}} $& {{due}}"],
  ])("%j filled with %j is %j", (text, body, words) => {
    expect(webhookText(text, body)).toBe(words);
  });

  it.each([
    ["at {{due}}", "schedule"],
    ["{ {due} } and {{}", "schedule"],
    ["{{body}} {{ body.a.b }}", "webhook"],
  ] as const)("%j will do for a %s", (text, kind) => {
    expect(textProblem(text, kind)).toBeUndefined();
  });

  it.each([
    ["{{body}}", "schedule", "{{body}} stands for nothing; there is {{due}}, the time that it came due at"],
    ["{{due}}", "webhook", "{{due}} stands for nothing; there is {{body}}, what was sent, and"],
    ["{{bodyguard}}", "webhook", "{{bodyguard}} stands for nothing"],
    ["{{}}", "webhook", "{{}} stands for nothing"],
  ] as const)("%j will not do for a %s", (text, kind, sentence) => {
    expect(textProblem(text, kind)).toContain(sentence);
  });
});
