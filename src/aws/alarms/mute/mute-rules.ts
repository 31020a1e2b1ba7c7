import { CloudWatchClient, GetAlarmMuteRuleCommand, ListAlarmMuteRulesCommand } from "@aws-sdk/client-cloudwatch";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Alarm } from "../../../alarm/alarm.ts";
import { accessTo, type Access } from "../../access.ts";
import { ask } from "../../ask.ts";
import { AwsFailure } from "../../failures.ts";
import { together } from "../../together.ts";
import type { Environment } from "../../../config/config.ts";
import { wordsOf, type Intake } from "../intake.ts";

/** What is known of an account's mute rules: the names of the alarms that are muted now, with the rule's name. */
type Muted = ReadonlyMap<string, string>;

/** Rules are asked for again after this. */
const FRESH_MS = 60_000;

/** Rules that mute at this moment, and pages of them, that are read at most. */
const MOST = { rules: 200, pages: 20, atOnce: 4 };

/** Nobody waits longer for mute rules; without them nothing counts as muted. */
const LIMIT_MS = 5_000;

type Given = Pick<Intake, "log" | "now">;

/**
 * Tells by which mute rule of an account and region an alarm is muted now: one whose status is ACTIVE, which is CloudWatch's own word for "currently
 * muting". Never rejects: what cannot be read mutes nothing, and is logged once a reason.
 */
function muteRulesOf(access: Access, { log, now }: Given): (alarmName: string) => Promise<string | undefined> {
  let held: { muted: Promise<Muted>; until: number } | undefined;
  let told: string | undefined;
  const look = async (): Promise<Muted> =>
    activeRules(access).catch((error: unknown) => {
      const because = wordsOf(error);
      if (because !== told)
        log.warn({ region: access.region, because }, "reading CloudWatch's mute rules; nothing counts as muted by them");
      told = because;
      return new Map();
    });
  return async (alarmName) => {
    if (!held || now().getTime() >= held.until) held = { muted: look(), until: now().getTime() + FRESH_MS };
    return (await held.muted).get(alarmName);
  };
}

async function activeRules(access: Access): Promise<Muted> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const client = access.open(CloudWatchClient);
  const names: string[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page === 0 || (NextToken && page < MOST.pages); page++) {
    const wanted = new ListAlarmMuteRulesCommand({ Statuses: ["ACTIVE"], ...(NextToken ? { NextToken } : {}) });
    const told = await ask(access, client, wanted, { signal });
    names.push(
      ...(told.AlarmMuteRuleSummaries ?? []).flatMap(
        ({ AlarmMuteRuleArn = "" }) => /:alarm-mute-rule:(.+)$/.exec(AlarmMuteRuleArn)?.[1] ?? [],
      ),
    );
    NextToken = told.NextToken;
  }
  const rules = await together(names.slice(0, MOST.rules), MOST.atOnce, async (name) =>
    ask(access, client, new GetAlarmMuteRuleCommand({ AlarmMuteRuleName: name }), { signal }).catch(unlessGone),
  );
  const active = rules.flatMap((rule) => (rule?.Status === "ACTIVE" ? [rule] : []));
  return new Map(active.flatMap(({ Name = "", MuteTargets }) => (MuteTargets?.AlarmNames ?? []).map((alarm) => [alarm, Name] as const)));
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof AwsFailure && error.code.startsWith("ResourceNotFound"))) throw error;
}

/** The same for every account and region of a configuration's environments; an alarm of another one counts as not muted. */
export function mutedBy(
  environments: ReadonlyMap<string, Environment>,
  { log, now, accessOf = accessTo }: Given & { accessOf?: (aws: NonNullable<Environment["aws"]>) => Access },
): (alarm: Alarm) => Promise<string | undefined> {
  const ways = new Map<string, Access>();
  for (const { aws } of environments.values()) if (aws) ways.set(`${aws.region} ${aws.role ?? ""}`, accessOf(aws));
  const places = [...ways.values()].map((access) => ({ access, account: accountAt(access), rules: muteRulesOf(access, { log, now }) }));
  return async (alarm) => {
    if (!alarm.key.includes(":cloudwatch:")) return undefined;
    for (const { access, account, rules } of places)
      if (access.region === alarm.region && (await account()) === alarm.account) {
        const rule = await rules(alarm.name);
        if (rule !== undefined) return rule;
      }
    return undefined;
  };
}

/** The number of the account that a way leads to; nothing while AWS does not tell, and then it is asked again after a minute. */
function accountAt(access: Access): () => Promise<string | undefined> {
  let held: { account: Promise<string | undefined>; until: number } | undefined;
  return async () => {
    const now = access.clock.now().getTime();
    if (held && now < held.until) return held.account;
    const asked = ask(access, access.open(STSClient), new GetCallerIdentityCommand({}), { signal: AbortSignal.timeout(LIMIT_MS) });
    const mine = { account: asked.then(({ Account }) => Account).catch(() => undefined), until: now + FRESH_MS };
    held = mine;
    void mine.account.then((account) => account !== undefined && (mine.until = Infinity));
    return mine.account;
  };
}
