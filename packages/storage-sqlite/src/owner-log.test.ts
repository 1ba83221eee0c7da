import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentId, inputId, type Append } from "@colony/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteStore } from "./open-sqlite-store.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-owner-log-"));
});
afterEach(() => rm(dir, { recursive: true }));

const append = (agent: string, expectedVersion: number): Append => ({
  agentId: agentId(agent),
  expectedVersion,
  events: [
    {
      type: "INPUT_RECEIVED",
      data: { inputId: inputId("in"), kind: "chat", mode: "queue", from: "user", text: "" },
    },
  ],
  at: 1,
});

/** Of so many streams the log knows without a look-up how far they are. */
const KNOWN = 20_000;

it("a stream goes on at its version also where it is looked up in the commit that has just written to it", async () => {
  await using store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
  const { log } = store;
  const others = Array.from({ length: KNOWN - 1 }, (_, number) => log.append(append(`other-${number}`, 0)));
  await Promise.all(others);
  // The second one is one too many to be known, so that nothing is known of the first any more.
  const outcomes = await Promise.all([
    log.append(append("w-1", 0)),
    log.append(append("w-2", 0)),
    log.append(append("w-1", 1)),
  ]);
  expect(outcomes.flat().map(({ id }) => id)).toEqual(["w-1@1", "w-2@1", "w-1@2"]);
});
