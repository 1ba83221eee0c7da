import { agentId, correlationId, executionIdOf, type JsonValue } from "@colony/core";
import { expect, it } from "vitest";
import type { LogUnderTest } from "./log-under-test.ts";
import { parseJson, SAMPLE_AT, sampleAppend, sampleInput, sampleReport, textsOf } from "./sample-events.ts";

const AWKWARD_TEXTS: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["several scripts and an emoji of many code points", "naïve Grüße Ω 漢字 שלום 👩‍👩‍👧‍👦"],
  ["half of a surrogate pair", "cut \ud83d here and \udc00 there"],
  ["control characters, NUL included", "a\u0000b\u0001c\u001b[31m\r\n\t\u2028\u2029\ufeff"],
  ["quotes and backslashes", `"'\\"; DROP TABLE events; --`],
  ["300 kB", "0123456789".repeat(30_000)],
  ["300 kB of three-byte characters", "漢".repeat(100_000)],
];

const AWKWARD_DATA: readonly (readonly [string, JsonValue])[] = [
  [
    "keys that objects have by nature",
    parseJson('{"__proto__":{"a":1},"constructor":1,"toString":null,"length":0}'),
  ],
  ["keys that look like numbers, or like nothing", parseJson('{"2":1,"10":2,"":3}')],
  ["numbers at the edges", [0, 1e-7, 1.7976931348623157e308, 9007199254740991, 0.1]],
  ["deep nesting", Array.from({ length: 200 }).reduce<JsonValue>((inner) => [inner], "core")],
  ["empty containers", { list: [], bag: {}, none: null, no: false }],
];

/** Nothing is added, changed or lost between an append and a read. */
export function itRoundTrips(start: () => Promise<LogUnderTest>): void {
  it.each(AWKWARD_TEXTS)("keeps a text of %s", async (_what, text) => {
    await using test = await start();
    const events = await test.write(sampleAppend("w-1", 0, text, "next"));
    expect(await test.log.read({})).toEqual(events);
    expect(events[0]).toMatchObject({ data: { text } });
  });

  it.each(AWKWARD_DATA)("keeps data with %s", async (_what, data) => {
    await using test = await start();
    const before = JSON.stringify(data);
    const events = [sampleReport(agentId("w-1"), null, { data })];
    await test.write({ agentId: agentId("w-1"), expectedVersion: 0, events, at: SAMPLE_AT });
    const [event] = await test.log.read({});
    expect(event?.type === "SUBAGENT_REPORT" && JSON.stringify(event.data.data)).toBe(before);
    expect(Object.getPrototypeOf(event?.data ?? null)).toBe(Object.prototype);
  });

  it("keeps the optional ids of the envelope where there are some", async () => {
    await using test = await start();
    const executionId = executionIdOf(agentId("w-1"), 7);
    const ids = { executionId, correlationId: correlationId("in-ü 漢"), causationId: "w-9@12" };
    const odd = { executionId: executionIdOf(agentId("another"), 1), correlationId: correlationId("7") };
    await test.write({
      agentId: agentId("w-1"),
      expectedVersion: 0,
      events: [
        { ...sampleInput("all"), ...ids },
        { ...sampleInput("odd"), ...odd, causationId: "" },
      ],
      at: SAMPLE_AT,
    });
    expect(await test.log.read({})).toMatchObject([ids, { ...odd, causationId: "" }]);
  });

  it("leaves the optional ids of the envelope away where there are none", async () => {
    await using test = await start();
    const [appended] = await test.write(sampleAppend("w-1", 0, "bare"));
    const [read] = await test.log.read({});
    for (const event of [appended, read])
      expect(Object.keys(event ?? {}).toSorted()).toEqual(
        ["agentId", "at", "colonyId", "data", "id", "seq", "type", "v", "version"].toSorted(),
      );
  });

  it("keeps a large body in its place between small ones", async () => {
    await using test = await start();
    const large = "x".repeat(300_000);
    await Promise.all([
      test.log.append(sampleAppend("w-1", 0, "before")),
      test.log.append(sampleAppend("w-2", 0, large, "with it", large)),
      test.log.append(sampleAppend("w-3", 0, "after")),
    ]);
    const lengths = textsOf(await test.log.read({})).map((text) => text.length);
    expect(lengths).toEqual([6, 300_000, 7, 300_000, 5]);
  });
}
