import type { EventBridge, PutEventsRequestEntry, PutEventsResultEntry } from "@aws-sdk/client-eventbridge";
import { arnOf, type Account } from "../../account.ts";
import { AwsError } from "../../aws-error.ts";
import type { Room } from "../../operations.ts";
import type { Queues } from "../sqs/queues.ts";
import { emit, eventOf } from "./deliver.ts";
import { matches, readPattern } from "./pattern.ts";
import { deleteRule, findRule, listRules, onDefaultBus, putRule, putTargets, removeTargets, type Rules } from "./rules.ts";

/** Entries of one PutEvents call. */
const ENTRIES = 10;

/** The default event bus: rules by patterns, and SQS queues as their targets. */
export function eventbridge(account: Account, rules: Rules, queues: Queues): Room<EventBridge> {
  const onRule = (name: string) => [arnOf(account, "events", `rule/${name}`)];
  const setState = (State: "ENABLED" | "DISABLED") => (input: { Name: string; EventBusName?: string | undefined }) => {
    findRule(rules, input.Name, input.EventBusName).told.State = State;
    return {};
  };
  return {
    operations: {
      PutRule: (input) => ({ RuleArn: putRule(account, rules, input) }),
      DescribeRule: ({ Name, EventBusName }) => ({ ...findRule(rules, Name, EventBusName).told, CreatedBy: account.id }),
      ListRules: (input) => listRules(rules, input),
      EnableRule: setState("ENABLED"),
      DisableRule: setState("DISABLED"),
      DeleteRule: (input) => (deleteRule(rules, input), {}),
      PutTargets: (input) => (putTargets(rules, input), { FailedEntryCount: 0, FailedEntries: [] }),
      RemoveTargets: (input) => (removeTargets(rules, input), { FailedEntryCount: 0, FailedEntries: [] }),
      ListTargetsByRule: ({ Rule, EventBusName }) => ({ Targets: [...findRule(rules, Rule, EventBusName).targets.values()] }),
      TestEventPattern: ({ EventPattern, Event }) => ({ Result: matches(readPattern(EventPattern), JSON.parse(Event)) }),
      PutEvents: ({ Entries }) => {
        if (Entries.length > ENTRIES) throw new AwsError("ValidationException", `${Entries.length} entries; at most ${ENTRIES} are taken`);
        const told = Entries.map((entry) => take(account, { rules, queues }, entry));
        return { Entries: told, FailedEntryCount: told.filter(({ ErrorCode }) => ErrorCode !== undefined).length };
      },
    },
    resources: {
      PutRule: ({ Name }: { Name: string }) => onRule(Name),
      DescribeRule: ({ Name }: { Name: string }) => onRule(Name),
      DeleteRule: ({ Name }: { Name: string }) => onRule(Name),
      PutTargets: ({ Rule }: { Rule: string }) => onRule(Rule),
      RemoveTargets: ({ Rule }: { Rule: string }) => onRule(Rule),
      PutEvents: () => [arnOf(account, "events", "event-bus/default")],
    },
  };
}

/** One entry of PutEvents: an event, or the reason why it is none; the others are taken all the same. */
function take(account: Account, to: { rules: Rules; queues: Queues }, entry: PutEventsRequestEntry): PutEventsResultEntry {
  const { Source: source = "", DetailType: detailType = "", Detail = "", Resources: resources = [], Time: at, EventBusName } = entry;
  const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });
  onDefaultBus(EventBusName);
  if (source === "" || detailType === "") return refused("InvalidArgument", "Parameter Source or DetailType is not valid.");
  if (source.startsWith("aws.")) return refused("NotAuthorizedForSourceException", "Not authorized for the source.");
  const detail = objectIn(Detail);
  if (!detail) return refused("MalformedDetail", "Detail is malformed.");
  const event = eventOf(account, { source, detailType, resources, detail, ...(at ? { at } : {}) });
  emit(account, to, event);
  return { EventId: event.id };
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
