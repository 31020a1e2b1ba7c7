import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./shell.ts";

/** This folder's parent: what the host is made from. */
export const REAL = join(import.meta.dirname, "..");

/** The finished images of a cache: Debian with every program, and the database's disk with its rows. */
export type Images = { debian: string; data: string };

const TOOLS = {
  debootstrap: "debootstrap",
  "systemd-nspawn": "systemd-container",
  ip: "iproute2",
  iptables: "iptables",
  "mkfs.ext4": "e2fsprogs",
};

/** Installs, from Debian, whatever of the tools that build and run the host is missing here. */
export async function installTools(): Promise<void> {
  const places = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  const missing = Object.entries(TOOLS).filter(([tool]) => !places.some((place) => existsSync(join(place, tool))));
  if (missing.length === 0) return;
  await run(["apt-get", "-q", "update"], { timeoutS: 300 });
  await run(["apt-get", "-q", "-y", "--no-install-recommends", "install", ...missing.map(([, name]) => name)], { timeoutS: 300 });
}

/** The images of a cache for the files of this checkout, whether they are built yet or not. */
export function imagesIn(cache: string): Images {
  const seeded = ["host/install.sh", "host/seed.sh", "app/schema.sql", "etc/postgresql.conf", "etc/pg_hba.conf"];
  return { debian: join(cache, `debian-${digestOf("host/install.sh")}.img`), data: join(cache, `data-${digestOf(...seeded)}.img`) };
}

/** Builds the images that are missing, mounting them below `scratch`: Debian in about a minute, the rows in about ten seconds. */
export async function buildImages({ debian, data }: Images, scratch: string): Promise<void> {
  mkdirSync(scratch, { recursive: true });
  await build(debian, "4G", async (image) => {
    await mounted(image, scratch, () => run(["sh", join(REAL, "host/install.sh"), scratch], { timeoutS: 900 }));
  });
  await build(data, "2G", async (image) => {
    const seed = () => run(["sh", join(REAL, "host/seed.sh"), scratch, REAL], { timeoutS: 300 });
    await mounted(debian, scratch, () => mounted(image, join(scratch, "var/lib/postgresql"), seed));
  });
}

async function build(image: string, size: string, fill: (image: string) => Promise<void>): Promise<void> {
  if (existsSync(image)) return;
  const unfinished = `${image}.${process.pid}`;
  try {
    await run(["truncate", "-s", size, unfinished]);
    await run(["mkfs.ext4", "-q", "-F", "-O", "^has_journal", unfinished]);
    await fill(unfinished);
    for (const old of globSync(`${image.replace(/-[^-]*$/, "")}-*.img`)) rmSync(old);
    renameSync(unfinished, image);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function mounted(image: string, at: string, work: () => Promise<unknown>): Promise<void> {
  await run(["mount", "-o", "loop", image, at]);
  try {
    await work();
  } finally {
    await run(["umount", at]);
  }
}

function digestOf(...files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(REAL, file)));
  return hash.digest("hex").slice(0, 12);
}
