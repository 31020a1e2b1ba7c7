import type { JournalLine } from "../text/journal.ts";

/** What systemd wrote about a unit, in the words of versions 219 to 257. */
export type UnitEvent =
  | {
      what:
        | "oom-kill"
        | "oom-result"
        | "oomd-kill"
        | "restart-scheduled"
        | "killed"
        | "started"
        | "stopping"
        | "stopped"
        | "gave-up"
        | "not-executed";
    }
  | { what: "exited"; status: number }
  | { what: "failed"; result: string };

const PLAIN: readonly (readonly [RegExp, Exclude<UnitEvent["what"], "exited" | "failed">])[] = [
  [/: A process of this unit has been killed by the OOM killer/, "oom-kill"],
  [/: Failed with result 'oom-kill'/, "oom-result"],
  [/systemd-oomd killed [1-9]\d{0,5} process|^(?:Killed|Marked) \S{1,300} (?:due to|for killing due to) memory/, "oomd-kill"],
  [/Scheduled restart job/, "restart-scheduled"],
  [/Main process exited, code=(?:killed|dumped)/, "killed"],
  [/Start request repeated too quickly/, "gave-up"],
  [/Failed at step (?:EXEC|CHDIR|USER|NAMESPACE) |Unable to locate executable|Failed to (?:locate|execute) /, "not-executed"],
  [/^Started /, "started"],
  [/^Stopping /, "stopping"],
  [/^Stopped /, "stopped"],
];

/** What a journal line of systemd says about a unit; `undefined` for lines of the unit's own processes and for all else. */
export function unitEventOf({ ident, pid, message }: JournalLine): UnitEvent | undefined {
  const bySystemd = ident === undefined || pid === 1 || /^systemd(?:-oomd)?$|^\(/.test(ident);
  if (!bySystemd || message.length > 2_000) return undefined;
  const exited = /Main process exited, code=exited, status=(\d{1,3})/.exec(message);
  if (exited) return { what: "exited", status: Number(exited[1]) };
  const plain = PLAIN.find(([words]) => words.test(message));
  if (plain) return { what: plain[1] };
  const failed = /Failed with result '([\w-]{1,40})'/.exec(message);
  return failed ? { what: "failed", result: failed[1] ?? "" } : undefined;
}
