import type { HomeView } from "@slack/types";
import type { Words } from "../../words/en.ts";
import type { Known } from "../ask/read-ask.ts";
import { isOneOfUs, type Person } from "../ask/may-ask.ts";
import { helpBlocks } from "../messages/answers/help.ts";
import { runningLines, standingBlocks, type Standing } from "../messages/answers/standing.ts";
import { sealed } from "../messages/message.ts";
import { bold, line, moment, rich, titledList, type Piece } from "../messages/rich.ts";

/** What the Home tab is made of. */
export type HomeParts = { person: Person | undefined; homeTeamId: string; known: Known; standing: readonly Standing[]; now: Date };

/** The App Home of one person, in their own words: what is under way, every environment, help. Guests and strangers see whom to ask. */
export function homeView({ person, homeTeamId, known, standing, now }: HomeParts, words: Words): HomeView {
  const { home, refusals } = words.slack;
  const title = rich(line(bold(home.title)), line(home.intro));
  const foreign = isOneOfUs(person, homeTeamId);
  if (foreign) {
    const why = foreign.guard === "guest" ? home.guest : foreign.guard === "stranger" ? refusals.otherWorkspace : refusals.askerUnknown;
    return sealed({ type: "home", blocks: [title, rich(line(why))] });
  }
  const open = runningLines(standing, now, words);
  const none: Piece[][] = [[home.noIncidents(known.environments[0] ?? "")]];
  return sealed({
    type: "home",
    blocks: [
      title,
      ...titledList(home.incidents, open.length > 0 ? open : none),
      ...standingBlocks(standing, now, words),
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
