import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk that can be filled up: what is in its folder has no other. */
export type SmallDisk = { folder: string; fill: () => Promise<void>; free: () => Promise<void>; remove: () => void };

const BLOCK = Buffer.alloc(1_048_576, 1);

/** Whether a disk can be mounted here: that is root's, and not in every container. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), "gumshoe-disk-"));
  try {
    mount(folder, 1);
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

/** Mounts one of so many MB, in memory; it goes with this process at the latest. */
export function smallDisk(mb: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "gumshoe-disk-"));
  const ballast = join(folder, "ballast");
  mount(folder, mb);
  const remove = () => {
    process.off("exit", remove);
    unmount(folder);
    rmdirSync(folder);
  };
  process.once("exit", remove);
  return { folder, fill: async () => fillUp(ballast), free: async () => rm(ballast, { force: true }), remove };
}

function mount(folder: string, mb: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mb}m,mode=755`, "tmpfs", folder], { stdio: "ignore" });
}

/** Also while a process still has something open there. */
function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder], { stdio: "ignore" });
}

/** Writes until nothing more fits, then the last bytes one page at a time. */
async function fillUp(path: string): Promise<void> {
  const file = await open(path, "a");
  try {
    for (const bytes of [BLOCK, BLOCK.subarray(0, 4_096)]) {
      for (let full = false; !full;)
        full = await file.write(bytes).then(
          ({ bytesWritten }) => bytesWritten < bytes.length,
          (error: NodeJS.ErrnoException) => {
            if (error.code !== "ENOSPC") throw error;
            return true;
          },
        );
    }
  } finally {
    await file.close();
  }
}
