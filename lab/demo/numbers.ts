import { failedIn } from "./failed.ts";
import type { Stage } from "./stage.ts";

/** How often the bar's numbers are read. */
const EVERY_MS = 2_000;

const CHOKE = { id: "choke", label: "Let the disk choke" };
const MEND = { id: "mend", label: "Mend the disk" };

/** What the bar says: the lab's alarm fires sooner than one on a metric that AWS has by itself, and that is no secret. */
const TEXT = {
  asked: "The shop, now",
  alarmed:
    "The shop, now. Its alarms watch metrics of every 10 seconds, so they fire within a minute; AWS's own metrics come each minute, and their alarms take three to five.",
};

/** Shows the shop's living numbers in the bar above the page, with the buttons that break and mend its disk, until the returned function is called. */
export function showNumbers({ slack, shop, alarmed }: Pick<Stage, "slack" | "shop" | "alarmed">): () => void {
  const forget = slack.banner.onPress((id) => (id === CHOKE.id ? shop.disk.choke() : shop.disk.mend()));
  const show = async () => {
    const [queue, connections] = [shop.recent("DiskQueueDepth"), shop.recent("DatabaseConnections")];
    const failed = await failedIn(shop.environment.caddy.accessLog, new Date(Date.now() - 60_000));
    slack.banner.set({
      text: alarmed ? TEXT.alarmed : TEXT.asked,
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
