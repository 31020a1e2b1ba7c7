import type { Happened } from "../../eventbridge/deliver.ts";
import { stamp, type AlarmBook, type Kept, type State } from "../alarms/kept.ts";
import { activeMute } from "../mutes/mute-rules.ts";
import type { Window } from "../mutes/windows.ts";
import { configurationOf } from "./configuration.ts";

/** What the event bus hears when an alarm changes its state; a mute rule holds no event back, it is named in it. */
export function stateEvent(book: AlarmBook, kept: Kept, before: Before): Happened {
  const { alarm } = kept;
  return {
    source: "aws.cloudwatch",
    detailType: "CloudWatch Alarm State Change",
    resources: [alarm.AlarmArn ?? ""],
    detail: stateDetail(kept, before, activeMute(book, alarm.AlarmName ?? "")),
  };
}

/** The state that an alarm was in, and since when. */
export type Before = State & { since: Date | undefined };

/** The detail of a change of state, by "Alarm events and EventBridge". */
export function stateDetail(kept: Kept, before: Before, mute?: { arn: string; window: Window }): object {
  const { alarm, type } = kept;
  const by = type === "CompositeAlarm" ? alarm.ActionsSuppressedBy : undefined;
  return {
    alarmName: alarm.AlarmName,
    configuration: configurationOf(kept),
    previousState: told(before, before.since),
    state: {
      ...(by === undefined ? {} : { actionsSuppressedBy: by, actionsSuppressedReason: `Actions suppressed by ${by}` }),
      ...told(alarm, alarm.StateTransitionedTimestamp),
    },
    ...(mute
      ? { muteDetail: { mutedByArn: mute.arn, muteWindowStart: stamp(mute.window.from), muteWindowEnd: stamp(mute.window.to) } }
      : {}),
  };
}

function told({ StateValue, StateReason, StateReasonData }: Partial<State> | Kept["alarm"], at: Date | undefined): object {
  return {
    reason: StateReason,
    ...(StateReasonData === undefined ? {} : { reasonData: StateReasonData }),
    timestamp: stamp(at),
    value: StateValue,
  };
}
