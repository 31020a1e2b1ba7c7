import type {
  AlarmMuteRuleStatus,
  GetAlarmMuteRuleOutput,
  ListAlarmMuteRulesInput,
  PutAlarmMuteRuleInput,
} from "@aws-sdk/client-cloudwatch";
import { arnOf } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import type { Filled } from "../../../operations.ts";
import { page, pageSize } from "../../../page.ts";
import type { AlarmBook } from "../alarms/kept.ts";
import { readDuration, readSchedule, windowAt, type Window } from "./windows.ts";

/** A mute rule as it was put, and when that was. */
export type MuteRule = { arn: string; put: Filled<PutAlarmMuteRuleInput>; updatedAt: Date };

/** Alarms that one rule may mute. */
const TARGETS = 100;

/** PutAlarmMuteRule: a new rule, or another content for the one of this name. */
export function putMuteRule({ account, mutes }: AlarmBook, put: Filled<PutAlarmMuteRuleInput>): void {
  const { Expression = "", Duration = "" } = put.Rule.Schedule ?? {};
  readSchedule(Expression);
  readDuration(Duration);
  if ((put.MuteTargets?.AlarmNames ?? []).length > TARGETS)
    throw new AwsError("ValidationError", `A mute rule has at most ${TARGETS} alarms.`);
  mutes.set(put.Name, { arn: arnOf(account, "cloudwatch", `alarm-mute-rule:${put.Name}`), put, updatedAt: account.clock.now() });
}

/** GetAlarmMuteRule. */
export function getMuteRule(book: AlarmBook, name: string): Omit<GetAlarmMuteRuleOutput, "$metadata"> {
  const rule = book.mutes.get(name);
  if (!rule)
    throw new AwsError("ResourceNotFoundException", `Alarm mute rule ${name} does not exist.`, {
      ResourceType: "AlarmMuteRule",
      ResourceId: name,
    });
  const { Tags: _tags, ...put } = rule.put;
  return {
    ...put,
    AlarmMuteRuleArn: rule.arn,
    Status: statusOf(rule, now(book)),
    MuteType: typeOf(rule),
    LastUpdatedTimestamp: rule.updatedAt,
  };
}

/** ListAlarmMuteRules, by name; of one alarm, or in some status, where that is asked for. */
export function listMuteRules(book: AlarmBook, { AlarmName, Statuses, MaxRecords, NextToken }: ListAlarmMuteRulesInput) {
  const found = [...book.mutes.values()]
    .filter(({ put }) => AlarmName === undefined || (put.MuteTargets?.AlarmNames ?? []).includes(AlarmName))
    .filter((rule) => !Statuses || Statuses.includes(statusOf(rule, now(book))))
    .toSorted((a, b) => (a.put.Name < b.put.Name ? -1 : 1));
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxRecords, { most: 100, otherwise: 50 }) });
  const AlarmMuteRuleSummaries = items.map((rule) => ({
    AlarmMuteRuleArn: rule.arn,
    Status: statusOf(rule, now(book)),
    MuteType: typeOf(rule),
    LastUpdatedTimestamp: rule.updatedAt,
    ...(rule.put.ExpireDate ? { ExpireDate: rule.put.ExpireDate } : {}),
  }));
  return { AlarmMuteRuleSummaries, ...(next ? { NextToken: next } : {}) };
}

/** DeleteAlarmMuteRule; one that is not there is no error. */
export function deleteMuteRule({ mutes }: AlarmBook, name: string): void {
  mutes.delete(name);
}

/** The mute rule that holds an alarm's actions back now, with its window. */
export function activeMute(book: AlarmBook, alarm: string): { arn: string; window: Window } | undefined {
  for (const rule of book.mutes.values()) {
    if (!(rule.put.MuteTargets?.AlarmNames ?? []).includes(alarm)) continue;
    const window = openWindow(rule, now(book));
    if (window) return { arn: rule.arn, window };
  }
  return undefined;
}

const now = ({ account }: AlarmBook) => account.clock.now();

const typeOf = ({ put }: MuteRule) => ((put.Rule.Schedule?.Expression ?? "").startsWith("at(") ? "ONE_TIME" : "RECURRING");

function openWindow({ put }: MuteRule, at: Date): Window | undefined {
  if ((put.StartDate && at < put.StartDate) || (put.ExpireDate && at >= put.ExpireDate)) return undefined;
  const { Expression = "", Duration = "", Timezone = "UTC" } = put.Rule.Schedule ?? {};
  return windowAt({ schedule: readSchedule(Expression), durationMs: readDuration(Duration), zone: Timezone }, at);
}

function statusOf(rule: MuteRule, at: Date): AlarmMuteRuleStatus {
  const { Expression = "", Duration = "", Timezone = "UTC" } = rule.put.Rule.Schedule ?? {};
  const schedule = readSchedule(Expression);
  const over =
    schedule.at !== undefined &&
    windowAt({ schedule, durationMs: readDuration(Duration), zone: Timezone }, at) === undefined &&
    started(schedule.at, Timezone, at);
  if (over || (rule.put.ExpireDate && at >= rule.put.ExpireDate)) return "EXPIRED";
  return openWindow(rule, at) ? "ACTIVE" : "SCHEDULED";
}

const started = (local: string, zone: string, at: Date) => local <= localTime(at, zone);

/** `2026-11-05T09:00` in a time zone. */
function localTime(at: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(at);
  return parts.replace(" ", "T");
}
