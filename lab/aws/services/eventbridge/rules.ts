import type {
  DeleteRuleRequest,
  ListRulesRequest,
  PutRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
  Rule as ToldRule,
  Target,
} from "@aws-sdk/client-eventbridge";
import { arnOf, type Account } from "../../account.ts";
import { AwsError, invalid } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import { page, pageSize } from "../../page.ts";
import { readPattern, type Pattern } from "./pattern.ts";

/** A rule of the default bus, with the pattern that was read from its text, and its targets by their ids. */
export type Rule = { told: ToldRule & { Name: string }; pattern: Pattern; targets: Map<string, Target> };

/** Rules by name. */
export type Rules = Map<string, Rule>;

/** Targets that one rule may have. */
const TARGETS = 5;

const notThere = (what: string) => new AwsError("ResourceNotFoundException", `${what} does not exist.`);

/** Refuses every bus but the account's own: the local AWS has no others. */
export function onDefaultBus(name: string | undefined): void {
  if (name !== undefined && name !== "default" && !name.endsWith(":event-bus/default")) throw notThere(`Event bus ${name}`);
}

/** The rule of a name on a bus. */
export function findRule(rules: Rules, name: string, bus?: string): Rule {
  onDefaultBus(bus);
  const rule = rules.get(name);
  if (!rule) throw notThere(`Rule ${name} on EventBus default`);
  return rule;
}

/** PutRule: a new rule, or other settings for the one of this name, which keeps its targets. */
export function putRule(account: Account, rules: Rules, input: Filled<PutRuleRequest>): string {
  const { Name, EventPattern, ScheduleExpression, State = "ENABLED", Description, RoleArn, EventBusName } = input;
  onDefaultBus(EventBusName);
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name))
    throw invalid("name", Name, "Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+");
  if (ScheduleExpression !== undefined) throw new AwsError("ValidationException", "The local AWS has no rules by a schedule.");
  if (EventPattern === undefined) {
    throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  const told = { Name, EventPattern, State, Arn: arnOf(account, "events", `rule/${Name}`), EventBusName: "default" };
  rules.set(Name, {
    told: { ...told, ...(Description === undefined ? {} : { Description }), ...(RoleArn === undefined ? {} : { RoleArn }) },
    pattern: readPattern(EventPattern),
    targets: rules.get(Name)?.targets ?? new Map<string, Target>(),
  });
  return told.Arn;
}

/** PutTargets: each target is new, or takes the place of the one with its id. */
export function putTargets(rules: Rules, { Rule: name, EventBusName, Targets }: Filled<PutTargetsRequest>): void {
  const { targets } = findRule(rules, name, EventBusName);
  const strange = Targets.find(({ Arn = "" }) => !/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(Arn));
  if (strange) throw new AwsError("ValidationException", `The local AWS delivers to SQS queues only, not to ${strange.Arn}.`);
  const ids = new Set([...targets.keys(), ...Targets.map(({ Id = "" }) => Id)]);
  if (ids.size > TARGETS) throw new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
  for (const target of Targets) targets.set(target.Id ?? "", target);
}

/** RemoveTargets; ids that are not there are no error. */
export function removeTargets(rules: Rules, { Rule: name, EventBusName, Ids }: Filled<RemoveTargetsRequest>): void {
  const { targets } = findRule(rules, name, EventBusName);
  for (const id of Ids) targets.delete(id);
}

/** DeleteRule: its targets must be gone; a rule that is not there is no error. */
export function deleteRule(rules: Rules, { Name, EventBusName }: Filled<DeleteRuleRequest>): void {
  onDefaultBus(EventBusName);
  if ((rules.get(Name)?.targets.size ?? 0) > 0) throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
  rules.delete(Name);
}

/** ListRules, by name. */
export function listRules(rules: Rules, { NamePrefix = "", EventBusName, NextToken, Limit }: ListRulesRequest) {
  onDefaultBus(EventBusName);
  const found = [...rules.values()].map(({ told }) => told).filter(({ Name }) => Name.startsWith(NamePrefix));
  const sorted = found.toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
  const { items, next } = page(sorted, { token: NextToken, size: pageSize(Limit, { most: 100 }), error: "ValidationException" });
  return { Rules: items, ...(next ? { NextToken: next } : {}) };
}
