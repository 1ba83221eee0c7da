import { agentId, triggerId } from "@colony/core";
import type { Trigger } from "@colony/runtime";
import { describe, expect, it } from "vitest";
import { triggerJson, triggerTable } from "./trigger-table.ts";
import { widthOf } from "./width.ts";

const trigger: Trigger = {
  id: triggerId("a-trigger-with-quite-a-long-name-for-a-list-like-this"),
  schedule: {
    kind: "cron",
    pattern: "0,15,30,45 8-18 1-7 1,2,3,4 1-5",
    zone: "America/Argentina/Buenos_Aires",
  },
  agentId: agentId("w-0123456789abcdef"),
  text: "look for news\nin all the papers, and say what matters to us and what does not, in a few words",
  mode: "queue",
  missed: "once",
  version: 3,
  setAt: 0,
  nextAt: 1_800_000_000_000,
  fired: 12_345,
  missedCount: 67,
  last: null,
  failed: null,
};
const failed: Trigger = {
  ...trigger,
  id: triggerId("b"),
  schedule: { kind: "interval", everyMs: 900_000, anchor: 0 },
  failed: { code: "agent.closed", message: 'agent "Tom" is closed', at: 5 },
};

describe("a list of triggers", () => {
  it.each([60, 78, 80, 89, 90, 100, 119, 120, 139, 140, 160, 200])("fits %i columns", (width) => {
    const lines = triggerTable([trigger, failed], { width });
    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(lines).toHaveLength(3);
    expect(lines.join("\n")).toContain("failed: agent");
  });

  it("tells all of it where there is room", () => {
    const [titles, first = ""] = triggerTable([trigger], {});
    expect(titles?.split(/ +/u)).toEqual(["TRIGGER", "WHEN", "NEXT", "FIRED", "MISSED", "TO", "TEXT"]);
    for (const word of ["12345", "67", "2027-01-15", "look for news in all the papers"])
      expect(first).toContain(word);
  });

  it("keeps what is kept of a token to itself", () => {
    const hook: Trigger = { ...trigger, schedule: { kind: "webhook", tokenSha256: "secret" }, nextAt: null };
    expect(JSON.stringify(triggerJson(hook))).not.toContain("secret");
    expect(triggerTable([hook], { width: 80 })[1]).toContain("when it is fired");
  });
});
