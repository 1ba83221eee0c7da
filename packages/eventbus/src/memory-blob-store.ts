import { ColonyError, type BlobStore } from "@colony/core";

/** Makes a blob store in memory. */
export function createMemoryBlobStore(): BlobStore {
  const bodies = new Map<string, string>();
  return {
    async put(body) {
      const bytes = new TextEncoder().encode(body);
      const sha256 = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
      bodies.set(sha256, body.toWellFormed());
      return { sha256, sizeBytes: bytes.byteLength };
    },
    async get(sha256) {
      const body = bodies.get(sha256);
      if (body === undefined)
        throw new ColonyError(
          "blob.missing",
          `no body with the hash ${sha256} is kept; it was never stored here`,
        );
      return body;
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
