import type { App } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { homeView } from "../views/home-view.ts";
import { ownWords } from "../ask/attend.ts";
import type { Desk } from "../ask/desk.ts";
import { standingOf } from "../ask/standing.ts";

/** Who opened their Home lately gets it renewed when something begins or ends: so many people, for so long, and not more often than that. */
const LOOKING = { people: 20, forMs: 10 * 60_000, everyMs: 3_000 };

/** App Home: published when somebody opens it, and renewed while they may still look at it. */
export function listenToHome(app: App, desk: Desk, client: WebClient): void {
  const looking = new Map<string, number>();
  let due: NodeJS.Timeout | undefined;
  let shown = "";
  app.event("app_home_opened", async ({ event }) => {
    if (event.tab !== "home") return;
    looking.delete(event.user);
    looking.set(event.user, desk.now().getTime());
    await publish(desk, client, event.user);
  });
  const renew = async () => {
    const known = await changesIn(desk);
    if (known === shown) return;
    shown = known;
    const since = desk.now().getTime() - LOOKING.forMs;
    for (const [user, openedAt] of looking) if (openedAt < since || looking.size > LOOKING.people) looking.delete(user);
    for (const user of looking.keys()) void publish(desk, client, user);
  };
  desk.onChange(() => {
    if (looking.size === 0) return;
    due ??= setTimeout(() => {
      due = undefined;
      void renew();
    }, LOOKING.everyMs);
    due.unref();
  });
}

/** What a Home would show: the same text while nothing of it changes. Never throws. */
async function changesIn({ diagnoses }: Desk): Promise<string> {
  try {
    const [running, last] = await Promise.all([diagnoses.running(), diagnoses.last()]);
    return [...running.map(({ id }) => id), "", ...[...last.values()].map(({ row }) => row.id)].join(" ");
  } catch {
    return "";
  }
}

/** Publish one person's Home in their own words. Never throws. */
async function publish(desk: Desk, client: WebClient, userId: string): Promise<void> {
  try {
    const [person, standing] = await Promise.all([desk.people.person(userId), standingOf(desk)]);
    const { homeTeamId, known, now } = desk;
    const view = homeView({ person, homeTeamId, known, standing, now: now() }, ownWords(desk, person));
    await client.views.publish({ user_id: userId, view });
  } catch (error) {
    desk.log.warn({ user: userId, err: error }, "publishing a Home");
  }
}
