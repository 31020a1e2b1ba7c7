import { type Database, startDatabase } from "./host/database.ts";
import { cgroupVersion } from "./host/cgroups.ts";
import type { Lab } from "./faults/fault.ts";
import type { Images } from "./host/image.ts";
import { type Machine, bootMachine } from "./host/machine.ts";
import { type Metrics, writeMetrics } from "./host/metrics.ts";
import { run, waitUntil } from "./host/shell.ts";
import { startThirdParties } from "./traffic/third-parties.ts";
import { startTraffic } from "./traffic/traffic.ts";

/** Where a lab is built from and in: images, an empty folder for its disks, and the name of its control group. */
export type Site = { images: Images; folder: string; group: string };

/** Builds the whole lab in the caller's own namespaces: network, database, application host, traffic and metrics. */
export async function openLab({ images, folder, group }: Site): Promise<Lab & { metrics: Metrics; close: () => Promise<void> }> {
  await run(["ip", "link", "set", "lo", "up"]);
  const parties = startThirdParties();
  const database = await startDatabase(images, folder, group);
  const machine = await bootMachine(images.debian, folder, group);
  await waitUntil("the shop answers through its proxy", 60, () => shopAnswers(machine));
  const metrics = writeMetrics(database, `${machine.root}/var/lib/gumshoe-metrics`);
  const traffic = startTraffic();
  const close = async () => {
    traffic.stop();
    metrics.stop();
    parties.stop();
    await machine.stop();
  };
  return { machine, database, traffic, parties, metrics, close };
}

async function shopAnswers(machine: Machine): Promise<boolean> {
  const { stdout } = await machine.attempt(["curl", "-sk", "-m", "5", "https://shop.example/healthz/"]);
  return stdout.includes('"ok"');
}

const VERSIONS = `
caddy version | cut -d' ' -f1 | sed 's/^/Caddy /'
gunicorn --version | sed 's/[()]//g; s/version //'
python3 -c 'import django; print("Django", django.get_version())'
python3 -c 'import rest_framework; print("DRF", rest_framework.VERSION)'
celery --version | sed 's/^/Celery /; s/ (.*//'
redis-server --version | sed 's/.* v=/Redis /; s/ sha.*//'
systemctl --version | sed -n '1s/ (.*//p'
sed 's/^/Debian /' /etc/debian_version
`;

/** How the lab is built, in one line each: the kernel, the container, the versions of the programs. */
export async function describe(machine: Machine, database: Database): Promise<string[]> {
  const kernel = (await run(["uname", "-r"])).trim();
  const programs = (await machine.sh(VERSIONS)).trim().split("\n");
  const postgres = (await database.sql("SHOW server_version")).trim();
  const counted = (await database.sql("SELECT count(*) FROM catalog_product")).trim();
  return [
    `kernel ${kernel}, cgroup v${cgroupVersion}, namespaces of its own (mount, pid, network), systemd-nspawn container`,
    `application host: ${programs.join(", ")}`,
    `database host: PostgreSQL ${postgres} on 127.0.0.2, ${counted} products, disk ${database.disk.name} (${database.disk.device}), control group ${database.cgroup.path}`,
  ];
}
