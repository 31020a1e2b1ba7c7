import { open } from "node:fs/promises";

/** Lets the disk know for good which files a folder has. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
