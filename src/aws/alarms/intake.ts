import type { Alarm, Delivery } from "../../alarm/alarm.ts";

type Say = (facts: Record<string, unknown>, doing: string) => void;

/** What every way in is given. */
export type Intake = {
  /** Takes alarms in: resolves when what they mean is stored, and rejects when nothing of it could be. The same ones may be given again. */
  take: (deliveries: readonly Delivery[]) => Promise<void>;
  /** Counts what was refused and why; rejects when that could not be stored. `because` is one of a few sentences, never text of the sender's. */
  counted: (source: string, because: string, at: Date) => Promise<void>;
  /** By which mute rule of CloudWatch's an alarm is muted now. Never rejects. */
  mutedBy?: ((alarm: Alarm) => Promise<string | undefined>) | undefined;
  log: Record<"debug" | "info" | "warn" | "error", Say>;
  now: () => Date;
};

/** An alarm that fires while one of CloudWatch's mute rules holds its actions back says so. */
export async function withMuteRule(alarm: Alarm, mutedBy: Intake["mutedBy"]): Promise<Alarm> {
  if (!mutedBy || alarm.state !== "alarm" || alarm.suppressedBy !== undefined) return alarm;
  const rule = await mutedBy(alarm);
  return rule === undefined ? alarm : { ...alarm, suppressedBy: rule };
}

/** An error's own words, cut: for a log and for the health of a way in. */
export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
