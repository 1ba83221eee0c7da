import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentId, callId, inputId } from "@colony/core";
import { expect, it } from "vitest";
import { openSqliteSender } from "./open-sqlite-sender.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const a = agentId("a");

it("a body stays that is named by an event, by the body of a large one, by a snapshot, a draft or a letter, and no other does", async () => {
  const dir = await mkdtemp(join(tmpdir(), "colony-body-sweep-"));
  try {
    await using store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
    const { log, snapshots, drafts, blobs } = store;
    const put = async (text: string): Promise<string> => (await blobs.put(text)).sha256;
    const says = async (version: number, text: string): Promise<void> => {
      const data = {
        inputId: inputId(`in-${version}`),
        kind: "chat",
        mode: "queue",
        from: "user",
        text,
      } as const;
      await log.append({
        agentId: a,
        expectedVersion: version,
        events: [{ type: "INPUT_RECEIVED", data }],
        at: 1,
      });
    };
    const named = {
      "by an event": await put("1"),
      "by a large event": await put("2"),
      "by a snapshot": await put("3"),
      "by a draft": await put("4"),
      "by a letter": await put("5"),
    };
    const nobodys = await put("6");
    await says(0, named["by an event"]);
    await says(1, named["by a large event"] + "x".repeat(70_000));
    const state = { says: named["by a snapshot"] };
    await snapshots.save([{ agentId: a, version: 2, seq: 2, open: true, format: "f", state }], 2);
    await drafts.change({
      keep: [{ agentId: a, callId: callId("c"), text: named["by a draft"] }],
      forget: [],
    });
    await using sender = await openSqliteSender({ dir });
    await sender.post(() => ({ id: "l", body: JSON.stringify({ says: named["by a letter"] }) }));
    expect(store.sweepBodies?.()).toEqual({ bodies: 1, sizeBytes: 1 });
    const left = Object.values(named).map((sha256) => blobs.get(sha256));
    expect(await Promise.all(left)).toEqual(["1", "2", "3", "4", "5"]);
    await expect(blobs.get(nobodys)).rejects.toMatchObject({ code: "blob.missing" });
  } finally {
    await rm(dir, { recursive: true });
  }
});
