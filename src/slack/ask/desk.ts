import type { Known } from "./read-ask.ts";
import type { Asking } from "./may-ask.ts";
import type { People } from "./people.ts";
import type { Message } from "../messages/message.ts";
import type { Source, SourceMarks } from "./source-mark.ts";
import type { Bureau } from "../thread/diagnosis-thread.ts";

/** What everyone who takes requests needs. */
export type Desk = Bureau & {
  people: People;
  homeTeamId: string;
  known: Known;
  /** The way to a message, where Slack tells it. */
  linkTo: (channel: string, ts: string) => Promise<string | undefined>;
  marks: SourceMarks;
  newId: () => string;
  /** Whether the program is being stopped, and takes nothing new. */
  closing: () => boolean;
};

/** Somebody's request: who, from where, into which thread an answer for all belongs, and how only they are answered. */
export type Request = {
  userId: string;
  channel: Asking["channel"];
  threadTs?: string;
  /** The message that it is about, if there is one. */
  source?: Source;
  answer: (message: Message) => Promise<void>;
};
