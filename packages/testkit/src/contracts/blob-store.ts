import { createHash } from "node:crypto";
import type { BlobStore } from "@colony/core";
import { describe, expect, it } from "vitest";
import { requireContract } from "../given.ts";
import type { OpenedStore } from "./snapshot-store.ts";

const sha256Of = (body: string): string => createHash("sha256").update(body, "utf8").digest("hex");

const BODIES: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["text of several scripts", "naïve 漢字 👩‍👩‍👧‍👦\u0000\r\n\ufeff"],
  ["a leading byte order mark", "\ufeffstart"],
  ["a megabyte", "0123456789".repeat(100_000)],
];

/** Registers a vitest suite that holds an implementation of `BlobStore` to each promise of that port. */
export function blobStoreContract(name: string, open: () => Promise<OpenedStore<BlobStore>>): void {
  requireContract("blobStoreContract", { name, open });
  const withStore = async (body: (store: BlobStore, opened: OpenedStore<BlobStore>) => Promise<void>) => {
    const opened = await open();
    try {
      await body(opened.store, opened);
    } finally {
      await opened.dispose();
    }
  };

  describe(`${name} keeps the promises of a blob store`, () => {
    it.each(BODIES)("keeps a body of %s under the hash of its UTF-8", (_what, body) =>
      withStore(async (store) => {
        const ref = await store.put(body);
        expect(ref).toEqual({ sha256: sha256Of(body), sizeBytes: Buffer.byteLength(body, "utf8") });
        expect(await store.get(ref.sha256)).toBe(body);
      }),
    );

    it("keeps halves of surrogate pairs as U+FFFD, as UTF-8 cannot say them", () =>
      withStore(async (store) => {
        const { sha256 } = await store.put("cut \ud83d here");
        expect(await store.get(sha256)).toBe("cut \ufffd here");
      }));

    it("answers the same body with the same blob, also when it is put many times at once", () =>
      withStore(async (store) => {
        const refs = await Promise.all(Array.from({ length: 20 }, () => store.put("the same")));
        expect(new Set(refs.map((ref) => ref.sha256)).size).toBe(1);
        expect(await store.get(sha256Of("the same"))).toBe("the same");
      }));

    it.each([
      ["of an unknown hash", "0".repeat(64)],
      ["of what is no hash", "../../etc/passwd"],
      ["of nothing", ""],
    ])("says that the body %s is missing", (_what, sha256) =>
      withStore(async (store) => {
        await store.put("another");
        await expect(store.get(sha256)).rejects.toMatchObject({ name: "ColonyError", code: "blob.missing" });
      }),
    );

    it("still has its bodies after it is opened again", () =>
      withStore(async (store, { reopen }) => {
        if (reopen === undefined) return;
        const { sha256 } = await store.put("lasting");
        expect(await (await reopen()).get(sha256)).toBe("lasting");
      }));
  });
}
