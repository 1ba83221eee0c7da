import { loadedPart } from "@colony/core";
import type { SqliteSender } from "./open-sqlite-sender.ts";

/** Opens a colony folder to leave letters in it. Rejects with `colony.not_found` and `colony.folder_invalid`. */
export async function openSqliteSender(options: { readonly dir: string }): Promise<SqliteSender> {
  const part = await loadedPart(import("./open-sqlite-sender.ts"));
  return await part.openSqliteSender(options);
}
