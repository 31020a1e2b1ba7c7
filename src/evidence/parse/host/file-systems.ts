import { settledLines } from "../text/settled-lines.ts";

/** One file system of `df`: sizes as printed (a suffix or a bare count), `use` in percent. */
export type FileSystem = { device: string; mount: string; size: string; free: string; use: number };

const USE = /\s(\d{1,3})% {1,40}(\/.*)$/;
const SIZE = /^\d[\d.,]{0,20}[KMGTPE]?i?B?$/;
const HEADER = /(?:[^\d\s]%|\bCapacity) /;
const VIRTUAL =
  /^(?:tmpfs|devtmpfs|udev|none|shm|cgroup2?|efivarfs|squashfs|ramfs|proc|sysfs|lxcfs|fuse\S*|s3fs|gcsfuse|rclone\S*|drivers|\/dev\/(?:sr\d+|cdrom|dvd|fd\d+|fuse))$/;
const FOREIGN_TYPE = /\s(?:tmpfs|devtmpfs|squashfs|iso9660|udf|9p|virtiofs|fuse\S*|efivarfs|vboxsf)$/;
const IGNORED_MOUNT =
  /^\/(?:boot|snap|run|sys|proc|dev|media|cdrom|etc|lib\/modules|var\/lib\/(?:docker|containerd|snapd|kubelet|lxcfs))(?:\/|$)/;
const APP_MOUNT = /^\/(?:(?:var|srv|tmp|home|opt|usr|data|app|www)(?:\/.*)?)?$/;

/** What `df` says: its real file systems, each once, and whether the table had its header and its root row. */
type FileSystems = { rows: FileSystem[]; header: boolean; root?: FileSystem };

/**
 * Reads the tables of `df` (-h, -k, -P, -T, -i and -hi; a device on a line of its own too). Only real file systems of this host are kept: no memory,
 * snap, boot, container-layer, removable, single-file or foreign (9p, virtiofs) mounts. `undefined` where there is no row at all.
 */
export function fileSystemsOf(text: string): FileSystems | undefined {
  const byMount = new Map<string, FileSystem>();
  let header = false;
  let above = "";
  let seen = 0;
  for (const line of settledLines(text)) {
    const row = rowOf(line) ?? rowOf(`${above} ${line.trim()}`);
    above = /^\S{1,300}$/.test(line) ? line : "";
    header ||= row === undefined && line.length < 300 && HEADER.test(line);
    if (!row) continue;
    seen++;
    if (isReal(row) && !byMount.has(row.mount)) byMount.set(row.mount, row);
  }
  if (seen === 0) return undefined;
  const root = byMount.get("/");
  return { rows: [...byMount.values()], header, ...(root && { root }) };
}

/** Whether a file system holds what an application writes to (logs, uploads, temporary files, homes) and so stops it when full. */
export function holdsAppFiles(row: FileSystem): boolean {
  return APP_MOUNT.test(row.mount);
}

/** The fullest file system; the first printed where several are equally full. */
export function fullestOf(rows: readonly FileSystem[]): FileSystem | undefined {
  return rows.reduce<FileSystem | undefined>((best, row) => (best && best.use >= row.use ? best : row), undefined);
}

/** A row, read from its right: only the mount may hold blanks. */
function rowOf(line: string): FileSystem | undefined {
  const m = line.length > 2_000 ? null : USE.exec(line);
  if (!m || Number(m[1]) > 100) return undefined;
  const words = line.slice(0, m.index).trim().split(/\s+/);
  const [size, used, free] = words.slice(-3);
  if (words.length < 4 || !size || !used || !free || ![size, used, free].every((word) => SIZE.test(word))) return undefined;
  return { device: words.slice(0, -3).join(" "), size, free, use: Number(m[1]), mount: m[2] ?? "" };
}

function isReal({ device, mount }: FileSystem): boolean {
  if (FOREIGN_TYPE.test(device)) return false;
  const name = device.split(/\s/, 1)[0] ?? "";
  // Uploads and compilers write to /tmp, also where it is memory.
  if (name === "tmpfs" && /^\/(?:var\/)?tmp$/.test(mount)) return true;
  if (VIRTUAL.test(name) || IGNORED_MOUNT.test(mount)) return false;
  return name === "overlay" ? mount === "/" : true;
}
