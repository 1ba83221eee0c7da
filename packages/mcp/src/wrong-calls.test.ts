import { ColonyError } from "@colony/core";
import { expect, it } from "vitest";
import * as face from "./index.ts";

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const ODD = [null, true, 0, -1, Number.NaN, "", Symbol("s"), 10n, () => 1, [null], revoked.proxy];
const { signal } = new AbortController();
const server = { command: "true" };

/** Ways to call each function wrong in one place. */
const CALLS: Readonly<Record<string, (odd: unknown) => readonly (readonly unknown[])[]>> = {
  askServer: (odd) => [
    [odd, server, { signal }],
    ["files", odd, { signal }],
    ["files", server, odd],
    ["files", server, { signal: odd }],
    ["files", server, {}],
    ["files", { url: odd }, { signal }],
    ["files", { url: "ftp://host/" }, { signal }],
    ["files", { command: odd }, { signal }],
    ["files", { command: "" }, { signal }],
    ...["args", "env", "cwd", "effects", "timeoutMs", "startTimeoutMs", "secrets", "headers", "arg"].map(
      (name) => ["files", { ...server, [name]: odd }, { signal }],
    ),
    ["files", { ...server, effects: { read: "sometimes" } }, { signal }],
    ["files", { ...server, timeoutMs: Number.POSITIVE_INFINITY }, { signal }],
  ],
  mcpTools: (odd) => [[odd], [{ files: odd }], [{}, odd], [{}, { signal: odd }], [{ files: {} }]],
  toolsOfServers: (odd) => [[odd], [[odd]], [[{ name: "files", title: "x", tools: [] }]]],
};

async function answer(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof ColonyError
      ? `${error.code}: ${error.message}`
      : `without a code: ${String(error)}`;
  }
  return "not refused";
}

it.each(Object.entries(face))(
  "%s refuses what it may not be given in one sentence, and starts nothing",
  async (name, call) => {
    const found: string[] = [];
    let count = 0;
    for (const odd of ODD)
      for (const given of CALLS[name]?.(odd) ?? []) {
        count += 1;
        const said = await answer(() => (call as (...all: readonly unknown[]) => unknown)(...given));
        if (!/^settings\.invalid: .{15,500}$/u.test(said)) found.push(`${count}: ${typeof odd}: ${said}`);
      }
    expect(found).toEqual([]);
    expect(count).toBeGreaterThan(0);
  },
);
