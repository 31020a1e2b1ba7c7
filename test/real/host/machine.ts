import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeCgroup } from "./cgroups.ts";
import { REAL } from "./image.ts";
import { type Ended, type RunOptions, attempt, run, waitUntil } from "./shell.ts";

/** The application's host: systemd with Caddy, gunicorn, Celery and Redis in a container of its own. */
export type Machine = {
  /** Its root file system, seen from outside. */
  root: string;
  /** The control group that holds all of it, as a path below each hierarchy. */
  cgroupPath: string;
  /** Runs a shell text on the host; throws when it ends with another code than 0. */
  sh: (text: string, options?: RunOptions) => Promise<string>;
  /** Runs a program on the host to its end, whatever its exit code. */
  attempt: (command: readonly string[], options?: RunOptions) => Promise<Ended>;
  stop: () => Promise<void>;
};

/** Where the repository and Node are found on the host, both read-only. */
export const ON_HOST = { repository: "/opt/gumshoe", node: "/opt/node" };

/**
 * Boots a fresh copy of the Debian image below `folder` and waits (90 s at most) until the shop answers. The container shares the
 * caller's network, which has to be a private one. It ends with the caller's pid namespace at the latest.
 */
export async function bootMachine(debian: string, folder: string, group: string): Promise<Machine> {
  const root = join(folder, "host");
  await copyMounted(debian, join(folder, "host.img"), root);
  await run(["sh", join(REAL, "host/configure.sh"), root, REAL]);
  const cgroup = makeCgroup(`${group}/host`);
  const nspawn = spawn("sh", ["-c", 'read -r go && exec systemd-nspawn "$@"', "boot", ...nspawnArguments(root)], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, SYSTEMD_NSPAWN_LOCK: "0", SYSTEMD_LOG_LEVEL: "warning" },
  });
  const ended = new Promise<void>((resolve) => nspawn.on("exit", () => resolve()));
  cgroup.join(nspawn.pid ?? 0);
  nspawn.stdin.end("go\n");
  const init = await initOf(nspawn.pid ?? 0);
  const enter = ["nsenter", "--target", String(init), "--mount", "--uts", "--ipc", "--net", "--pid", "--"];
  const sh = (text: string, options?: RunOptions) => run([...enter, "sh", "-c", text], options);
  const machine: Machine = {
    root,
    cgroupPath: cgroup.path,
    sh,
    attempt: (command, options) => attempt([...enter, ...command], options),
    stop: async () => {
      nspawn.kill("SIGKILL");
      await ended;
    },
  };
  await waitUntil("systemd reaches multi-user.target", 60, async () => {
    const { stdout } = await machine.attempt(["systemctl", "is-active", "multi-user.target"]);
    return stdout.trim() === "active";
  });
  return machine;
}

/** Copies an image and mounts the copy at `at`. */
export async function copyMounted(image: string, copy: string, at: string): Promise<void> {
  mkdirSync(at, { recursive: true });
  await run(["cp", "--sparse=always", image, copy]);
  await run(["mount", "-o", "loop", copy, at]);
}

function nspawnArguments(root: string): string[] {
  const repository = join(REAL, "../..");
  return [
    "--boot",
    "--machine=shop",
    "--register=no",
    "--keep-unit",
    "--console=pipe",
    "--link-journal=no",
    "--resolv-conf=off",
    "--timezone=off",
    `--directory=${root}`,
    `--network-namespace-path=/proc/${process.pid}/ns/net`,
    `--bind-ro=${repository}:${ON_HOST.repository}`,
    `--bind-ro=${process.execPath}:${ON_HOST.node}`,
  ];
}

/** Process 1 of the container: the only child of nspawn, some time after its start. */
async function initOf(nspawn: number): Promise<number> {
  let init = 0;
  await waitUntil("systemd-nspawn starts systemd", 20, () => {
    init = Number(readFileSync(`/proc/${nspawn}/task/${nspawn}/children`, "utf8").trim().split(" ")[0]);
    return init > 0 && readFileSync(`/proc/${init}/comm`, "utf8").trim() === "systemd";
  });
  return init;
}
