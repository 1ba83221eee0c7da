import { randomUUID } from "node:crypto";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";

/** Writes a file so that under its name there is either all of it or nothing, also after a power cut. */
export async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`);
  {
    await using handle = await open(temporary, "wx");
    await handle.writeFile(text);
    await handle.sync();
  }
  await rename(temporary, join(folder, name));
}

/** Makes the names in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await open(folder, "r");
  await handle.sync();
}
