import { setTimeout as pause } from "node:timers/promises";
import type { LightsailWatch } from "../../aws/alarms/lightsail/watch-lightsail.ts";
import type { GumshoeApp } from "../../slack/gumshoe-app.ts";
import type { LinkState } from "../../slack/link/link.ts";
import type { Health as StandingHealth } from "../../slack/messages/answers/standing.ts";
import type { OpenStore } from "../../store/open.ts";
import type { AlarmsTaken } from "./take-alarms.ts";
import type { Runner } from "./run-diagnoses.ts";

/** How a running copy is. `ok`: people reach it, and what it hears is written down. */
export type Health = {
  ok: boolean;
  stopping: boolean;
  links: LinkState;
  store: { ok: boolean; because?: string };
  /** This copy's id, and whether the duties are its own. */
  copy: { id: string; onDuty: boolean };
  /** Diagnoses that run here. */
  diagnoses: number;
  /** Posts and edits that are owed, by all copies; absent while the store does not tell. */
  outbox?: number;
  intake: ReturnType<AlarmsTaken["state"]> & { lightsail?: ReturnType<LightsailWatch["state"]> };
  /** What was refused today, by its source and reason. */
  refused?: readonly { source: string; because: string; count: number }[];
};

/** What is asked for it. */
export type Asked = {
  parts: {
    outbox: { pending: () => Promise<number> };
    refusals: { of: (day: string) => Promise<readonly { source: string; because: string; count: number }[]> };
  };
  runner: Pick<Runner, "running">;
  app: Pick<GumshoeApp, "state"> | undefined;
  taken?: AlarmsTaken;
  lightsail?: Pick<LightsailWatch, "state">;
  onDuty: boolean;
  stopping: boolean;
  open: Pick<OpenStore, "copies">;
};

/** Whoever asks for health does not wait longer for the store. */
const STORE_MS = 2_000;

/** Asks every part. Never rejects. */
export async function healthOf({ parts, runner, app, taken, lightsail, onDuty, stopping, open }: Asked): Promise<Health> {
  const links = app?.state() ?? { connected: 0, of: 0 };
  const day = new Date().toISOString().slice(0, 10);
  const read = Promise.all([parts.outbox.pending(), parts.refusals.of(day)]).then(
    ([outbox, refused]) => ({ store: { ok: true }, outbox, refused }),
    (error: unknown) => ({ store: { ok: false, because: error instanceof Error ? error.message : String(error) } }),
  );
  const late = new AbortController();
  const waited = pause(STORE_MS, undefined, { signal: late.signal }).catch(() => {});
  const told = await Promise.race([read, waited.then(() => ({ store: { ok: false, because: `no answer within ${STORE_MS / 1000} s` } }))]);
  late.abort();
  const ways = taken?.state() ?? { queues: [] };
  // A store whose disk is full can still be read.
  const held = ways.queues.find(({ holding }) => holding)?.holding;
  if (held && told.store.ok) told.store = { ok: false, because: `nothing can be stored since ${held.since.toISOString()}` };
  return {
    ok: !stopping && links.connected > 0 && told.store.ok,
    stopping,
    links,
    copy: { id: open.copies.id, onDuty },
    diagnoses: runner.running(),
    intake: { ...ways, ...(lightsail ? { lightsail: lightsail.state() } : {}) },
    ...told,
  };
}

/** The same for people: which part is not well, and why. */
export function standingHealth({ store, intake, outbox }: Health): StandingHealth {
  const ill = (because: string | undefined) => (because === undefined ? {} : { ill: because });
  return [
    { part: "store", ...(store.ok ? {} : ill(store.because)) },
    ...(outbox === undefined ? [] : [{ part: "outbox" as const }]),
    ...intake.queues.map(({ url, failing }) => ({ part: "intake" as const, name: nameOf(url), ...ill(failing?.because) })),
    ...(intake.lightsail ?? []).map(({ environment, failing: [first] }) => ({
      part: "intake" as const,
      name: `Lightsail (${environment})`,
      ...ill(first?.because),
    })),
    ...(intake.sns ? [{ part: "intake" as const, name: "SNS", ...ill(intake.sns.failing?.because) }] : []),
  ];
}

/** A queue's name: the end of its address, without the account's number. */
function nameOf(url: string): string {
  return url.split("/").at(-1) ?? url;
}
