import { describe } from "vitest";
import { requireContract } from "../given.ts";
import { itAppends } from "./event-log-appends.ts";
import { itIsDurable } from "./event-log-durability.ts";
import { itReads } from "./event-log-reads.ts";
import { itRoundTrips } from "./event-log-round-trip.ts";
import { itTells } from "./event-log-telling.ts";
import { logUnderTest, type EventLogContractOptions, type OpenedLog } from "./log-under-test.ts";

/**
 * Registers a vitest suite that holds an implementation of `EventLog` to each promise of that port. `open` is called
 * once per test and gives an empty log.
 *
 * ```ts
 * eventLogContract("my log", async () => {
 *   const dir = await mkdtemp(join(tmpdir(), "log-"));
 *   return {
 *     log: await openMyLog(dir),
 *     reopen: () => openMyLog(dir),
 *     dispose: () => rm(dir, { recursive: true }),
 *   };
 * });
 * ```
 */
export function eventLogContract(
  name: string,
  open: () => Promise<OpenedLog>,
  options: EventLogContractOptions = {},
): void {
  requireContract("eventLogContract", { name, open }, options);
  const mode = options.reopenAfterEveryWrite === true ? ", reopened after every write" : "";
  const start = () => logUnderTest(open, options);
  describe(`${name} keeps the promises of an event log${mode}`, () => {
    describe("appending", () => {
      itAppends(start);
    });
    describe("telling", () => {
      itTells(start);
    });
    describe("reading", () => {
      itReads(start);
    });
    describe("keeping events as they were", () => {
      itRoundTrips(start);
    });
    describe("closing and reopening", () => {
      itIsDurable(start);
    });
  });
}
