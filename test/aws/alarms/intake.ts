import type { Delivery } from "../../../src/alarm/alarm.ts";
import type { Intake } from "../../../src/aws/alarms/intake.ts";

/** A line of a log: its level, its facts and what was being done. */
type Line = { level: string; facts: Record<string, unknown>; doing: string };

/** What takes alarms in for a test: a store that can be taken down, or made to choke on an alarm of some name. */
export type Store = Intake & {
  taken: Delivery[];
  refused: string[];
  lines: Line[];
  down: boolean;
  chokesOn: string | undefined;
};

/** A store in memory that keeps each delivery's id once, as the ledger does. */
export function store(now: () => Date = () => new Date()): Store {
  const lines: Line[] = [];
  const say = (level: string) => (facts: Record<string, unknown>, doing: string) => void lines.push({ level, facts, doing });
  const it: Store = {
    taken: [],
    refused: [],
    lines,
    down: false,
    chokesOn: undefined,
    now,
    log: { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") },
    take: async (deliveries) => {
      if (it.down) throw new Error("the store is down");
      if (deliveries.some(({ alarm }) => alarm.name === it.chokesOn)) throw new Error("invalid byte sequence");
      for (const one of deliveries) if (!it.taken.some(({ id }) => id === one.id)) it.taken.push(one);
    },
    counted: async (source, because) => {
      if (it.down) throw new Error("the store is down");
      it.refused.push(`${source}: ${because}`);
    },
  };
  return it;
}

/** An alarm's message as CloudWatch publishes it to SNS. */
export function alarmMessage(name: string, { state = "ALARM", at = new Date() }: { state?: string; at?: Date } = {}): string {
  return JSON.stringify({
    AlarmName: name,
    AlarmDescription: null,
    AWSAccountId: "111122223333",
    NewStateValue: state,
    NewStateReason: "Threshold Crossed: 1 datapoint [41.0 (26/11/26 02:41:00)] was greater than the threshold (20.0).",
    StateChangeTime: at.toISOString().replace("Z", "+0000"),
    Region: "US East (N. Virginia)",
    AlarmArn: `arn:aws:cloudwatch:us-east-1:111122223333:alarm:${name}`,
    OldStateValue: "OK",
    Trigger: {
      MetricName: "DiskQueueDepth",
      Namespace: "AWS/RDS",
      StatisticType: "Statistic",
      Statistic: "AVERAGE",
      Unit: null,
      Dimensions: [{ value: "shop", name: "DBInstanceIdentifier" }],
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 20,
    },
  });
}

/** The same alarm as the event that EventBridge brings. */
export function alarmEvent(name: string, { state = "ALARM", at = new Date() }: { state?: string; at?: Date } = {}): string {
  const timestamp = at.toISOString().replace("Z", "+0000");
  return JSON.stringify({
    version: "0",
    id: `event-${name}-${at.getTime()}`,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: "111122223333",
    time: at.toISOString(),
    region: "us-east-1",
    resources: [`arn:aws:cloudwatch:us-east-1:111122223333:alarm:${name}`],
    detail: {
      alarmName: name,
      state: { value: state, reason: "Threshold Crossed", timestamp },
      previousState: { value: "OK", reason: "", timestamp },
      configuration: {
        metrics: [
          {
            id: "m1",
            metricStat: {
              metric: { namespace: "AWS/RDS", name: "DiskQueueDepth", dimensions: { DBInstanceIdentifier: "shop" } },
              period: 60,
              stat: "Average",
            },
            returnData: true,
          },
        ],
      },
    },
  });
}

/** Waits until something is so, by real time; a test that waits in vain ends by its own limit. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await so())) await new Promise((wake) => setTimeout(wake, 10));
}
