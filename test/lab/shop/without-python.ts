import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** Makes a folder of links to this machine's programs, python3 apart. */
export function withoutPython(dir: string): string {
  mkdirSync(dir);
  for (const folder of ["/usr/bin", "/usr/sbin", "/bin", "/sbin"].filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith("python") && !existsSync(join(dir, name))) symlinkSync(join(folder, name), join(dir, name));
    }
  }
  return dir;
}
