import type { Sent } from "../../../evidence/gather.ts";
import type { Words } from "../../../words/en.ts";
import { message, type Message } from "../message.ts";
import { titledList, type Piece } from "../rich.ts";

/** What a diagnosis ran: commands that were sent, or the hosts that are Gumshoe's own; and the queries at the database. */
export type Ran = { sent: readonly Sent[]; local: readonly string[]; queries: readonly string[] };

/** What ran, where, and how SSM's history names it; `notAttached` says why the script itself is not below it. */
export function ranMessage(ran: Ran, words: Words, notAttached?: { file: string; because: string }): Message {
  const said = words.slack.ran;
  const lines: Piece[][] = [
    ...ran.sent.map(({ document, version = "?", hosts, commandId }) => [said.document({ document, version, hosts, commandId })]),
    ...ran.local.map((host) => [said.local(host)]),
  ];
  if (lines.length === 0) lines.push([said.none]);
  if (ran.queries.length > 0) lines.push([said.queries(ran.queries)]);
  lines.push([said.readOnly]);
  if (notAttached) lines.push([said.notAttached(notAttached.file, notAttached.because)]);
  return message(titledList(words.slack.sections.ran, lines));
}
