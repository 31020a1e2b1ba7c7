import type { HomeView } from "@slack/types";
import type { Words } from "../../words/en.ts";
import type { Known } from "../ask/read-ask.ts";
import { isOneOfUs, type Person } from "../ask/may-ask.ts";
import { helpBlocks } from "../messages/answers/help.ts";
import { incidentLines, muteLines } from "../messages/answers/incidents.ts";
import { healthBlocks, runningLines, standingBlocks, type Standing } from "../messages/answers/standing.ts";
import { haltLines } from "../messages/plan/halt-messages.ts";
import { waitingLines, type WaitingPlan } from "../messages/plan/waiting-lines.ts";
import { sealed } from "../messages/message.ts";
import { bold, line, moment, rich, titledList, type Piece } from "../messages/rich.ts";

/** What the Home tab is made of; `waiting` are the plans that this person may see. */
export type HomeParts = {
  person: Person | undefined;
  homeTeamId: string;
  known: Known;
  standing: Standing;
  waiting?: { plans: readonly WaitingPlan[]; titleOf: (action: string) => string };
  now: Date;
};

/** The App Home of one person, in their own words: open incidents, plans that wait, mutes, halts, every environment, how the parts are, help. Guests and strangers see whom to ask. */
export function homeView({ person, homeTeamId, known, standing, waiting, now }: HomeParts, words: Words): HomeView {
  const { home, refusals, incident, plans } = words.slack;
  const title = rich(line(bold(home.title)), line(home.intro));
  const foreign = isOneOfUs(person, homeTeamId);
  if (foreign) {
    const why = foreign.guard === "guest" ? home.guest : foreign.guard === "stranger" ? refusals.otherWorkspace : refusals.askerUnknown;
    return sealed({ type: "home", blocks: [title, rich(line(why))] });
  }
  // What was begun and has no incident yet is under way all the same.
  const open = standing.open.length > 0 ? incidentLines(standing.open, words) : runningLines(standing, now, words);
  const none: Piece[][] = [[standing.unread ? incident.health.notKnown : home.noIncidents(known.environments[0] ?? "")]];
  return sealed({
    type: "home",
    blocks: [
      title,
      ...titledList(home.incidents, open.length > 0 ? open : none),
      ...titledList(plans.waiting.title, waiting ? waitingLines(waiting.plans, { words, titleOf: waiting.titleOf }) : []),
      ...titledList(plans.halt.list, haltLines(standing.halts ?? [], words)),
      ...titledList(incident.answers.mutes, muteLines(standing.mutes, words)),
      ...standingBlocks(standing, now, words),
      ...healthBlocks(standing.health, words),
      { type: "divider" },
      ...helpBlocks(known, words),
      rich(line(...updated(now, words))),
    ],
  });
}

function updated(now: Date, words: Words): Piece[] {
  const [before = "", after = ""] = words.slack.home.updated("{at}").split("{at}");
  return [before, moment(now), after];
}
