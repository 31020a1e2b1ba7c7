import { duration, timeOfDay } from "../../words/numbers.ts";
import type { Story } from "../story/story.ts";
import { timeUnlessOtherDay } from "../story/when.ts";
import type { Impact } from "./impact.ts";

/** A label and what it says. */
export type Row = readonly [label: string, says: string];

/** The impact in numbers; what was not counted is said so, with the reason where one is known. */
export function impactRows(story: Story): Row[] {
  const { record, words } = story;
  const { impact: told } = words.report;
  const { incident, alarms } = record;
  const counted = story.impact ? countedRows(story.impact, story) : [[told.failed, uncountedOf(story)] as const];
  const fired = incident.alarms === 0 ? [] : [[told.alarms, told.times(incident.alarms, Math.max(1, alarms.length))] as const];
  return [...counted, ...fired];
}

function countedRows(impact: Impact, { words, timezone, span }: Story): Row[] {
  const { impact: told } = words.report;
  const { failed, requests, slow, exact, from, to, worstMinute, longestS, worst } = impact;
  const until = timeUnlessOtherDay(to, from, timezone);
  return [
    [told.failed, told.ofRequests(failed, requests, exact)],
    [told.slow, `${told.ofRequests(slow, requests, exact)}; ${told.slowMeans}`],
    ...(impact.first
      ? [[told.lasted, told.fromTo(timeOfDay(from, timezone), told.until(until, exact, span.open), to - from)] as const]
      : []),
    ...(worstMinute ? [[told.worstMinute, told.minute(worstMinute.value, timeOfDay(worstMinute.at, timezone).slice(0, 5))] as const] : []),
    ...(longestS === undefined ? [] : [[told.longest, duration(longestS * 1000, words.language)] as const]),
    ...(worst.length === 0 ? [] : [[told.pages, worst.map(({ endpoint, failed: some }) => told.page(endpoint, some)).join(", ")] as const]),
    [told.counted, told.logs(impact.hosts, impact.ofHosts, exact)],
  ];
}

/** Why nothing could be counted: what stands against the access log in the look that tells most. */
function uncountedOf({ main, words }: Story): string {
  const { impact: told } = words.report;
  if (!main) return told.uncountedBecause(told.noEvidence);
  const findings = [...main.diagnosis.evidence.hosts.values()].map((each) => each.get("caddy-access"));
  const finding = findings.find((each) => each !== undefined && "because" in each);
  const because = finding && "because" in finding ? finding.because : undefined;
  return because ? told.uncountedBecause(words.because(because)) : told.uncounted;
}
