import { IN_TIMELINE, untilOf } from "./course.ts";
import type { Story } from "../story/story.ts";
import { momentOf } from "../story/when.ts";

/** Something that a person did through Gumshoe. */
export type Deed = { when: string; who: string; did: string };

const NOBODY = "gumshoe";

/** What people did, oldest first: asked, muted, unmuted, reported, had plans made, approved; and whatever else the audit has of a person. */
export function deedsOf(story: Story): Deed[] {
  const { people } = story.words.report;
  const { timeline, audit, incident } = story.record;
  const deeds: { at: Date; who: string; did: string }[] = [];
  for (const { at, what } of timeline) {
    if (what.kind === "looking" && what.why === "asked") deeds.push({ at, who: what.by, did: people.asked(incident.environment) });
    if (what.kind === "muted") deeds.push({ at, who: what.by, did: people.muted(untilOf(what.until, story)) });
    if (what.kind === "unmuted") deeds.push({ at, who: what.by, did: people.unmuted });
    if (what.kind === "reported") deeds.push({ at, who: what.by, did: people.reported });
    if (what.kind === "planned") deeds.push({ at, who: what.by, did: people.planned(what.action) });
    if (what.kind === "approved") deeds.push({ at, who: what.by, did: people.approved(what.action) });
  }
  for (const { at, actor, event } of audit)
    if (actor !== NOBODY && !IN_TIMELINE.includes(event)) deeds.push({ at, who: actor, did: people.audited(event) });
  return deeds
    .filter(({ who }) => who !== NOBODY)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, who, did }) => ({ when: momentOf(at, story.timezone), who, did }));
}
