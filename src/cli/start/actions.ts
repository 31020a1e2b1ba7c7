import { accessTo, type Access } from "../../aws/access.ts";
import { clockOffMs } from "../../aws/ask.ts";
import type { Clock } from "../../aws/clock.ts";
import { copiesOverSsm, type CopySettings } from "../../aws/repairs/copy-database.ts";
import { dashboardsInCloudWatch } from "../../aws/repairs/create-dashboard.ts";
import { lightsailReboots, lightsailSnapshots, type Database } from "../../aws/repairs/lightsail.ts";
import { rdsForLightsail } from "../../aws/repairs/disk/create-rds-gp3.ts";
import { rdsToGp3 } from "../../aws/repairs/disk/move-rds-to-gp3.ts";
import { lightsailHa } from "../../aws/repairs/disk/restore-to-ha.ts";
import { permissionsOf } from "../../aws/repairs/permissions.ts";
import { rdsReboots, rdsSnapshots } from "../../aws/repairs/rds.ts";
import { restartsOverSsm } from "../../aws/repairs/restart-service.ts";
import { switchesOverSsm } from "../../aws/repairs/switch-endpoint.ts";
import { freeBytesOf } from "../../aws/repairs/free-bytes.ts";
import { worksOverSsm } from "../../aws/repairs/work-on-database.ts";
import { actingAs } from "../../aws/repairs/session.ts";
import type { ActionId, ActionsConfig } from "../../config/action-config.ts";
import { isLocal, type Environment } from "../../config/config.ts";
import type { Action } from "../../remediation/action.ts";
import { createDashboard } from "../../remediation/actions/create-dashboard.ts";
import { createIndex } from "../../remediation/actions/create-index.ts";
import { createRdsGp3 } from "../../remediation/actions/create-rds-gp3.ts";
import { moveDatabase } from "../../remediation/actions/move-database.ts";
import { endBlockingSession } from "../../remediation/actions/end-blocking-session.ts";
import { moveRdsToGp3 } from "../../remediation/actions/move-rds-to-gp3.ts";
import { rebootDatabase } from "../../remediation/actions/reboot-database.ts";
import { restoreToHa } from "../../remediation/actions/restore-to-ha.ts";
import { rehearseCopy } from "../../remediation/actions/rehearse-copy.ts";
import { restartService } from "../../remediation/actions/restart-service.ts";
import type { DatabaseHost } from "../../remediation/actions/database-host.ts";
import type { SwitchEndpoint } from "../../remediation/actions/switch/host.ts";
import { switchEndpoint } from "../../remediation/actions/switch-endpoint.ts";
import { snapshotDatabase } from "../../remediation/actions/snapshot-database.ts";
import { addressOf } from "../../remediation/moves.ts";
import { isRefused, type Draft, type Input, type Refused, type Who } from "../../remediation/plan.ts";
import { policyOf } from "../../remediation/policy.ts";
import { limitsOf } from "../../remediation/proof-kept.ts";
import type { Allowed } from "../../remediation/propose.ts";
import { say } from "../../words/plan-say.ts";

/** What differs between making plans and carrying one out: who has approved it, and for tests a clock, a way to look and how often. */
export type Given = {
  /** What the environment is called. */
  name?: string;
  approvers?: readonly Who[];
  clock?: Clock;
  looks?: Access;
  everyMs?: number;
  clientsOf?: SwitchEndpoint["clientsOf"];
};

/**
 * What an environment's configuration lets be done, or nothing where it allows nothing or has no `aws`. Reading goes with the environment's own
 * access; what is approved is done with the action's role, else `actions.role`, else with that same access.
 */
export function actionsOf(environment: Environment, given: Given = {}): Allowed | undefined {
  const { actions, aws } = environment;
  if (!actions || !aws) return undefined;
  const looks = given.looks ?? accessTo(aws);
  const known = new Map(
    Object.keys(actions.allow).flatMap((id): [string, Known][] => {
      const rules = actions.allow[id as ActionId];
      if (!rules) return [];
      const role = rules.role ?? actions.role ?? aws.role;
      return [[id, { role, action: MADE[id as ActionId]({ environment, actions, looks, role, given }) }]];
    }),
  );
  return {
    actionOf: (id) => inOrder(known.get(id)?.action, looks),
    policyOf: (id) => policyOf(actions, id),
    permitted: async (draft, signal) => permissionsOf(looks, known.get(draft.action)?.role)(draft, signal),
    expiresMs: actions.expiresMinutes * 60_000,
    proof: limitsOf(actions.proof),
  };
}

/** By how much Gumshoe's clock may differ from AWS's before a plan refuses: AWS itself takes no signature beyond that. */
const CLOCK_OFF_MS = 5 * 60_000;

/**
 * The same action, which plans nothing, and begins nothing, while this machine's clock is off: what happened before what, and since when, could not be told. A
 * plan that was begun goes on.
 */
function inOrder(action: Action | undefined, looks: Access): Action | undefined {
  if (!action) return undefined;
  return {
    ...action,
    draft: async (asked) => {
      const draft = await action.draft(asked);
      const offMs = clockOffMs(looks);
      return Math.abs(offMs) > CLOCK_OFF_MS && !isRefused<Draft>(draft)
        ? { refused: "clock-off", because: say("clockIsOff", offMs) }
        : draft;
    },
  };
}

type Known = { role: string | undefined; action: Action };
type Making = { environment: Environment; actions: ActionsConfig; looks: Access; role: string | undefined; given: Given };

const MADE: Readonly<Record<ActionId, (making: Making) => Action>> = {
  "snapshot-database": (making) =>
    onDatabase(making, "snapshot-database", (service, database) =>
      snapshotDatabase(service === "rds" ? rdsSnapshots(database) : lightsailSnapshots(database), often(making)),
    ),
  "reboot-database": (making) =>
    onDatabase(making, "reboot-database", (service, database) =>
      rebootDatabase(service === "rds" ? rdsReboots(database) : lightsailReboots(database), often(making)),
    ),
  "restore-to-ha": (making) =>
    onDatabaseAt(making, "restore-to-ha", "lightsail", (database) => restoreToHa(lightsailHa(database), often(making))),
  "move-rds-to-gp3": (making) => {
    const { how = "in-place" } = making.actions.allow["move-rds-to-gp3"] ?? {};
    return onDatabaseAt(making, "move-rds-to-gp3", "rds", (database) => moveRdsToGp3(rdsToGp3(database), { how, ...often(making) }));
  },
  "create-rds-gp3": (making) => {
    const { subnetGroup, securityGroups, class: kind, parameterGroup } = making.actions.allow["create-rds-gp3"] ?? {};
    // It is made only where it is allowed, and gumshoe.yml must name both there.
    const settings = { subnetGroup: subnetGroup ?? "", securityGroups: securityGroups ?? [] };
    const chosenToo = { ...(kind === undefined ? {} : { class: kind }), ...(parameterGroup === undefined ? {} : { parameterGroup }) };
    const { copy } = making.actions;
    const application = copy === undefined ? {} : { application: applicationOf(copy) };
    return onDatabaseAt(making, "create-rds-gp3", "lightsail", (database) =>
      createRdsGp3(rdsForLightsail(database), { ...settings, ...chosenToo, ...application }, often(making)),
    );
  },
  "restart-service": (making) => {
    const over = overSsm(making);
    if (!over) return notOverSsm("restart-service");
    return restartService(restartsOverSsm(over), making.actions.allow["restart-service"]?.units ?? [], often(making));
  },
  "end-blocking-session": (making) => onHost(making, "end-blocking-session", (port) => endBlockingSession(port, often(making))),
  "create-index": (making) =>
    onHost(making, "create-index", (port) => createIndex({ ...port, ...freeBytesOf(making.environment, making.looks) }, often(making))),
  "create-dashboard": watched,
  "rehearse-copy": rehearsing,
  "move-database": moving,
  "switch-endpoint": switching,
};

/** What hosts over SSM are, for the actions that need them; nothing where the environment is the host that Gumshoe runs on. */
function overSsm(making: Making) {
  const { hosts } = making.environment;
  return isLocal(hosts) ? undefined : { hosts, looks: making.looks, acts: actsOf(making) };
}

const notOverSsm = (id: ActionId): Action => chosen(id, () => ({ refused: "not-over-ssm", because: say("hostsNotOverSsm") }));

/** The variable with the monitoring role's address, for what is said of it. */
const monitorOf = ({ database: { monitorUrlFrom: monitor } }: Environment) => (monitor === undefined ? {} : { monitor });

/** Who logs in to the new database: its name, where gumshoe.yml says it, and whether it is the administrator of the present one. */
function applicationOf({ application, administrator = application }: CopySettings) {
  const { envFile, key, user } = application;
  const administers = administrator.envFile === envFile && administrator.key === key && administrator.user === user;
  return { administers, ...(user === undefined ? {} : { user }) };
}

function rehearsing(making: Making): Action {
  const over = overSsm(making);
  const settings: CopySettings | undefined = making.actions.copy;
  if (!over || !settings) return notOverSsm("rehearse-copy");
  return onDatabaseAt(making, "rehearse-copy", "lightsail", (database) =>
    rehearseCopy({
      databases: lightsailHa(database),
      copying: (wish) => copiesOverSsm(over, settings, wish),
      live: addressOf(making.environment),
      ...often(making),
    }),
  );
}

function moving(making: Making): Action {
  const over = overSsm(making);
  const { actions, environment, given } = making;
  const { copy } = actions;
  const rules = actions.allow["move-database"];
  if (!over || !copy || !rules) return notOverSsm("move-database");
  const { envFiles, units, health, sslmode } = rules;
  const ssl = sslmode === undefined ? {} : { sslmode };
  const clients = given.clientsOf ? { clientsOf: given.clientsOf } : {};
  return moveDatabase(
    (endpoint, wish) => ({
      switching: switchesOverSsm({
        ...over,
        settings: { endpoint, envFiles, units, health, copy: { id: wish.id, host: copy.host } },
        ...clients,
      }),
      copying: copiesOverSsm(over, { ...copy, ...ssl }, wish),
    }),
    { from: addressOf(environment), units, host: copy.host, ...monitorOf(environment), ...ssl, ...often(making) },
  );
}

/** An action that is carried out on the database by one of the environment's hosts, with the login that its rules name. */
function onHost(making: Making, id: "end-blocking-session" | "create-index", make: (port: DatabaseHost) => Action): Action {
  const { environment, actions } = making;
  const over = overSsm(making);
  const rules = actions.allow[id];
  if (!over || !rules) return notOverSsm(id);
  const { login, host } = rules;
  return make(worksOverSsm({ ...over, database: environment.database, script: id, login, host }));
}

function watched(making: Making): Action {
  const { environment, actions, looks, given } = making;
  const { metrics, watch, channel } = environment;
  const rules = actions.allow["create-dashboard"];
  if (!rules) return chosen("create-dashboard", () => ({ refused: "not-allowed", because: say("notAllowedHere", "create-dashboard") }));
  const named = metrics && !("files" in metrics) ? metrics : undefined;
  const bridge = watch?.bridge;
  const lightsail =
    bridge === undefined ? undefined : { namespace: bridge, database: named?.lightsailDatabase, instance: named?.lightsailInstance };
  const watching = {
    environment: given.name ?? "environment",
    region: looks.region,
    rds: named?.rds,
    lightsail,
    ec2: named?.ec2,
    limits: rules,
  };
  return createDashboard(dashboardsInCloudWatch({ looks, acts: actsOf(making) }), watching, { channelled: channel !== undefined });
}

function switching(making: Making): Action {
  const over = overSsm(making);
  const rules = making.actions.allow["switch-endpoint"];
  if (!rules || !over) return notOverSsm("switch-endpoint");
  const { to, sslmode, envFiles, units, health, copy } = rules;
  const endpoint = { from: addressOf(making.environment), to, ...(sslmode === undefined ? {} : { sslmode }) };
  const { clientsOf } = making.given;
  const settings = { endpoint, envFiles, units, health, copy };
  const port = switchesOverSsm({ ...over, settings, ...(clientsOf ? { clientsOf } : {}) });
  return switchEndpoint(port, { endpoint, units, ...monitorOf(making.environment), ...often(making) });
}

const often = ({ given: { everyMs } }: Making): { everyMs?: number } => (everyMs === undefined ? {} : { everyMs });

function actsOf({ environment: { aws }, role, given: { approvers = [], clock } }: Making) {
  return actingAs({ region: aws?.region ?? "", role, approvers, ...(clock ? { clock } : {}) });
}

type Service = "lightsail" | "rds";

/** The action on the environment's database at one service; there is no other that it could be for. */
function onDatabaseAt(making: Making, id: ActionId, service: Service, make: (database: Database) => Action): Action {
  const name = namedIn(making.environment)[service];
  if (name === undefined) return chosen(id, () => ({ refused: "no-database", because: say("noDatabaseAt", AT[service]) }));
  return make({ name, looks: making.looks, acts: actsOf(making) });
}

/** What people call the services, and where gumshoe.yml names a database there. */
const AT: Readonly<Record<Service, string>> = {
  lightsail: "Lightsail (metrics.lightsailDatabase)",
  rds: "RDS (metrics.rds)",
};

function namedIn({ metrics }: Environment): { [Each in Service]: string | undefined } {
  const named = metrics && !("files" in metrics) ? metrics : undefined;
  return { lightsail: named?.lightsailDatabase, rds: named?.rds };
}

/** The action on the environment's database; where it has one at Lightsail and one at RDS, `database` in the input says which. */
function onDatabase(making: Making, id: ActionId, make: (service: Service, database: Database) => Action): Action {
  const { environment, looks } = making;
  const named = Object.entries(namedIn(environment)).filter((each): each is [Service, string] => each[1] !== undefined);
  const acts = actsOf(making);
  const actions = new Map(named.map(([service, name]) => [service, make(service, { name, looks, acts })]));
  return chosen(id, ({ database }) => {
    const [only] = actions.values();
    if (!only) return { refused: "no-database", because: say("noDatabaseNamed") };
    const wanted = database === undefined ? undefined : actions.get(database as Service);
    if (wanted ?? actions.size === 1) return wanted ?? only;
    return { refused: "several-databases", because: say("severalDatabases", [...actions.keys()]) };
  });
}

/** An action that the input decides about, or the refusal of it. */
function chosen(id: ActionId, choose: (input: Input) => Action | Refused): Action {
  return {
    id,
    draft: async (asked) => {
      const action = choose(asked.input);
      return "refused" in action ? action : action.draft(asked);
    },
    run: async (plan, durable, signal) => {
      const action = choose(plan.input);
      // Its draft was made anew a moment ago, and would have refused.
      if ("refused" in action) throw new Error(`carrying out ${id}: ${action.refused}`);
      return action.run(plan, durable, signal);
    },
  };
}
