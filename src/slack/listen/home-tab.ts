import type { App } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { homeView } from "../views/home-view.ts";
import { ownWords } from "../ask/attend.ts";
import type { Desk } from "../ask/desk.ts";
import type { Person } from "../ask/may-ask.ts";
import { maySee } from "../ask/may-see.ts";
import { standingOf } from "../ask/standing.ts";
import type { WaitingPlan } from "../messages/plan/waiting-lines.ts";
import { planTelling } from "../plans/plan-words.ts";

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
async function changesIn({ diagnoses, environments, repairs }: Desk): Promise<string> {
  try {
    const [running, last] = await Promise.all([diagnoses.running(), diagnoses.last()]);
    const halts = await Promise.all([...environments.keys()].map(async (name) => (await repairs?.plans.haltOf(name))?.at.getTime() ?? ""));
    const waiting = (await repairs?.plans.waiting()) ?? [];
    const parts = [running.map(({ id }) => id), [...last.values()].map(({ row }) => row.id), halts, waiting.map(({ row }) => row.plan.id)];
    return parts.map((ids) => ids.join(" ")).join(";");
  } catch {
    return "";
  }
}

/** Publish one person's Home in their own words. Never throws. */
async function publish(desk: Desk, client: WebClient, userId: string): Promise<void> {
  try {
    const [person, standing] = await Promise.all([desk.people.person(userId), standingOf(desk)]);
    const { homeTeamId, known, now } = desk;
    const words = ownWords(desk, person);
    const plans = await waitingFor(desk, person);
    const waiting = { plans, titleOf: planTelling(desk.library, words).titleOf };
    const view = homeView({ person, homeTeamId, known, standing, waiting, now: now() }, words);
    await client.views.publish({ user_id: userId, view });
  } catch (error) {
    desk.log.warn({ user: userId, err: error }, "publishing a Home");
  }
}

/** Plans that wait for approval where this person may see them; none where they cannot be read. */
async function waitingFor(desk: Desk, person: Person | undefined): Promise<WaitingPlan[]> {
  const { repairs, environments, linkToIncident, log } = desk;
  try {
    const all = (await repairs?.plans.waiting()) ?? [];
    const names = [...new Set(all.map(({ row }) => row.plan.environment))];
    const seen = await Promise.all(
      names.map(async (name) => {
        const environment = environments.get(name);
        return environment && (await maySee(desk, person, environment)) ? [name] : [];
      }),
    );
    const visible = all.filter(({ row }) => seen.flat().includes(row.plan.environment));
    return await Promise.all(visible.map(async ({ row, incident }) => ({ row, url: await linkToIncident(incident) })));
  } catch (error) {
    log.error({ err: error }, "reading which plans wait for approval");
    return [];
  }
}
