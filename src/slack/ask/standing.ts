import type { Standing } from "../messages/answers/standing.ts";
import type { Desk } from "./desk.ts";

/** How every environment stands, with the ways to the threads as far as Slack tells them. */
export async function standingOf(desk: Pick<Desk, "environments" | "open" | "linkTo">): Promise<Standing[]> {
  return Promise.all(
    [...desk.environments].map(async ([name, environment]): Promise<Standing> => {
      const running = desk.open.running().find((each) => each.environment === name);
      if (running) return { name, environment, running: { running, ...(await urlOf(desk, running.thread.channel, running.headline)) } };
      const ended = desk.open.last(name);
      return ended ? { name, environment, last: { ended, ...(await urlOf(desk, ended.channel, ended.headline)) } } : { name, environment };
    }),
  );
}

async function urlOf({ linkTo }: Pick<Desk, "linkTo">, channel: string, headline: Promise<string | undefined>): Promise<{ url?: string }> {
  // A headline that does not stand yet has no address; nobody waits for it.
  const ts = await Promise.race([headline, Promise.resolve(undefined)]);
  const url = ts === undefined ? undefined : await linkTo(channel, ts);
  return url === undefined ? {} : { url };
}
