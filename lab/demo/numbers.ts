import { open } from "node:fs/promises";
import { NAMES, type Stage } from "./stage.ts";

/** How often the bar's numbers are read. */
const EVERY_MS = 2_000;
/** Of the access log's end, enough for a minute of the shop's traffic. */
const TAIL_BYTES = 256 * 1024;

const CHOKE = { id: "choke", label: "Let the disk choke" };
const MEND = { id: "mend", label: "Mend the disk" };

/** Shows the shop's living numbers in the bar above the page, with the buttons that break and mend its disk, until the returned function is called. */
export function showNumbers({ slack, shop }: Stage): () => void {
  const forget = slack.banner.onPress((id) => (id === CHOKE.id ? shop.disk.choke() : shop.disk.mend()));
  const show = async () => {
    const queue = latest(shop, "DiskQueueDepth");
    const connections = latest(shop, "DatabaseConnections");
    const failed = await failedIn(shop.environment.caddy.accessLog, Date.now() - 60_000);
    slack.banner.set({
      text: "The shop, now",
      facts: [
        { label: "Disk queue", value: queue === undefined ? "…" : queue.toFixed(1) },
        { label: "Connections", value: connections === undefined ? "…" : connections.toFixed(0) },
        { label: "Failed in the last minute", value: String(failed) },
      ],
      buttons: [CHOKE, MEND],
    });
  };
  const timer = setInterval(() => void show(), EVERY_MS);
  void show();
  return () => {
    clearInterval(timer);
    forget();
  };
}

function latest(shop: Stage["shop"], name: string): number | undefined {
  const now = Date.now();
  const query = {
    namespace: "lightsail-database",
    name,
    dimension: NAMES.database,
    periodS: 60,
    from: new Date(now - 300_000),
    to: new Date(now + 60_000),
  };
  return shop.metrics(query).at(-1)?.average;
}

async function failedIn(log: string, since: number): Promise<number> {
  const file = await open(log);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from });
    const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
    return lines.filter((line) => /"status":(?:5\d\d|0)\b/.test(line) && Number(/"ts":([\d.]+)/.exec(line)?.[1]) * 1000 >= since).length;
  } finally {
    await file.close();
  }
}
