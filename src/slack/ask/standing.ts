import type { Mutes } from "../../alarm/mutes.ts";
import type { Environment } from "../../config/config.ts";
import type { Diagnoses } from "../../diagnosis/diagnoses.ts";
import type { Incident } from "../../incident/incident.ts";
import type { Plans } from "../../remediation/plans.ts";
import type { Library } from "../../runbook/library.ts";
import type { LinkToIncident } from "../incident/incident-link.ts";
import type { Log } from "../log.ts";
import type { EnvironmentStanding, Health, Standing } from "../messages/answers/standing.ts";

/** The incidents that are written down, the latest first. */
type ListIncidents = (which: { open?: boolean; most: number }) => Promise<readonly Incident[]>;

/** Where it is read how everything stands; `health` tells of the parts that all of it depends on. */
export type StandingPorts = {
  environments: ReadonlyMap<string, Environment>;
  library: Pick<Library, "runbooks">;
  diagnoses: Pick<Diagnoses, "running" | "last">;
  incidents: { list: ListIncidents };
  mutes: Pick<Mutes, "all">;
  repairs?: { plans: Pick<Plans, "haltOf"> };
  linkToIncident: LinkToIncident;
  health?: () => Promise<Health>;
  log: Log;
};

/** Open incidents that are read; there is one an environment as a rule. */
const MOST = 100;

/** How everything stands, with the ways to the threads as far as Slack tells them. Never rejects: what cannot be read is said not to be known. */
export async function standingOf(ports: StandingPorts): Promise<Standing> {
  const { environments, log } = ports;
  const health = await healthOf(ports);
  try {
    return { ...(await read(ports)), health };
  } catch (error) {
    log.error({ err: error }, "reading how everything stands");
    const named = [...environments].map(([name, environment]) => ({ name, environment }));
    const others = health.filter(({ part }) => part !== "store");
    return { environments: named, open: [], mutes: [], health: [...others, { part: "store", ill: undefined }], unread: true };
  }
}

async function read(ports: StandingPorts): Promise<Omit<Standing, "health">> {
  const { environments, diagnoses, incidents, mutes, linkToIncident } = ports;
  const halting = [...environments.keys()].map(async (name) => ports.repairs?.plans.haltOf(name));
  const [open, running, last, muted, halts] = await Promise.all([
    incidents.list({ open: true, most: MOST }),
    diagnoses.running(),
    diagnoses.last(),
    mutes.all(),
    Promise.all(halting),
  ]);
  const linked = await Promise.all(open.map(async (incident) => ({ incident, url: await linkToIncident(incident) })));
  const standing = [...environments].map(async ([name, environment]): Promise<EnvironmentStanding> => {
    const row = running.find((each) => each.environment === name);
    const url = linked.find(({ incident }) => incident.id === row?.incident)?.url;
    if (row) return { name, environment, running: { row, runbook: ports.library.runbooks.get(row.runbook)?.title, url } };
    const ended = last.get(name);
    if (!ended) return { name, environment };
    return { name, environment, last: { row: ended.row, titles: titlesOf(ended.row, ports), url: await linkToIncident(ended.incident) } };
  });
  return { environments: await Promise.all(standing), open: linked, mutes: muted, halts: halts.filter((halt) => halt !== undefined) };
}

/** The root causes' titles, in all languages. */
function titlesOf({ runbook, end }: NonNullable<EnvironmentStanding["last"]>["row"], { library }: StandingPorts) {
  if (end?.how !== "judged") return [];
  const causes = library.runbooks.get(runbook)?.causes ?? [];
  return causes.filter(({ id }) => end.rootCauses.includes(id)).map(({ title }) => title);
}

async function healthOf({ health, log }: StandingPorts): Promise<Health> {
  try {
    return (await health?.()) ?? [];
  } catch (error) {
    log.error({ err: error }, "asking how the parts are");
    return [];
  }
}
