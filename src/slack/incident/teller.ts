import type { Environment } from "../../config/config.ts";
import type { Untold, UntoldFeed } from "../../diagnosis/untold.ts";
import type { Library } from "../../runbook/library.ts";
import type { Words } from "../../words/en.ts";
import type { Log } from "../log.ts";
import type { Message } from "../messages/message.ts";
import type { Place } from "../outbox/entry.ts";
import type { Outbox } from "../outbox/outbox.ts";
import { headlineKey, tellingOf } from "./telling.ts";

/** What telling of incidents needs: what is untold, the outbox to put it into, and how it is said. */
export type Teller = {
  feed: UntoldFeed;
  outbox: Pick<Outbox, "owe" | "oweEdit">;
  words: Words;
  environments: ReadonlyMap<string, Pick<Environment, "onCall">>;
  library: Pick<Library, "runbooks">;
  log: Log;
  now: () => Date;
};

/** Incidents told of in one go; the others follow in the next. */
const MOST = 50;

/** Headlines whose last form is remembered. */
const REMEMBERED = 500;

/**
 * Tells of incidents in their threads. `once` puts all that is untold into the outbox and marks it told after that; it may be called as often as one
 * likes, by the copy that is on duty. Rejects where the store cannot be read; an incident that cannot be told is logged, and tried again the next time.
 */
export function tellIncidents(teller: Teller): { once: () => Promise<void> } {
  const memory: Memory = { given: new Map(), first: true };
  let underWay: Promise<void> | undefined;
  const round = async () => {
    for (const untold of await teller.feed.untold(MOST)) {
      try {
        await tell(teller, memory, untold);
      } catch (error) {
        teller.log.error({ incident: untold.incident.id, err: error }, "telling of an incident");
      }
    }
    memory.first = false;
  };
  return {
    once: async () => {
      underWay ??= round().finally(() => (underWay = undefined));
      return underWay;
    },
  };
}

/** The headlines as they were last given, and whether this is the first round: then an incident may have been told before a crash, and not marked. */
type Memory = { given: Map<number, string>; first: boolean };

async function tell(teller: Teller, memory: Memory, untold: Untold): Promise<void> {
  const { feed, outbox, words, environments, library, log, now } = teller;
  const { incident, toldVersion } = untold;
  if (incident.home.channel === "") {
    // Its environment has no channel, so there is nobody to tell.
    log.warn({ incident: incident.id, environment: incident.environment }, "an incident is told nowhere: its environment has no channel");
    return feed.told(incident.id, { version: incident.version, entry: untold.entries.at(-1)?.id ?? 0, postedAt: [] });
  }
  const titleOf = (runbook: string) => library.runbooks.get(runbook)?.title[words.language] ?? runbook;
  const telling = tellingOf(untold, { words, titleOf, now: now(), onCall: environments.get(incident.environment)?.onCall });
  if (telling.headline) await tellHeadline(outbox, memory, untold, telling.headline);
  for (const { key, message } of telling.posts) await outbox.owe({ ...threadOf(incident), key, message });
  const { version, entry } = telling.upTo;
  if (version > toldVersion || entry > 0 || telling.posts.length > 0) await feed.told(incident.id, telling.upTo);
}

/** The first message: posted once, and edited to how things are where it may stand already. The same form is not given twice. */
async function tellHeadline(outbox: Teller["outbox"], memory: Memory, { incident, toldVersion }: Untold, message: Message): Promise<void> {
  const { id, version, home } = incident;
  const key = headlineKey(id);
  const form = `${version} ${JSON.stringify(message)}`;
  if (memory.given.get(id) === form) return;
  const thread = home.threadTs === undefined ? {} : { thread: { ts: home.threadTs } };
  // Also where something was told of it before: what came and went under a mute has no first message, and may come back.
  const stands = await outbox.owe({ channel: home.channel, ...thread, key, message });
  if (toldVersion > 0 || stands || memory.first || memory.given.has(id)) await outbox.oweEdit({ channel: home.channel, key, message });
  memory.given.delete(id);
  memory.given.set(id, form);
  const [oldest] = memory.given.keys();
  if (memory.given.size > REMEMBERED && oldest !== undefined) memory.given.delete(oldest);
}

/** Where an incident's posts belong: below its first message, or into the thread that it was asked in. */
export function threadOf({ id, home }: Pick<Untold["incident"], "id" | "home">): Place {
  return { channel: home.channel, thread: home.threadTs === undefined ? { key: headlineKey(id) } : { ts: home.threadTs } };
}
