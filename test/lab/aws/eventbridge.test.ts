import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { matches, readPattern } from "../../../lab/aws/services/eventbridge/pattern.ts";
import { virtualClock } from "../../../lab/clock.ts";
import { clientOf, refusal, started } from "./started.ts";

const NOW = new Date("2026-11-05T09:00:00.250Z");
const arn = (name: string) => `arn:aws:sqs:us-east-1:111122223333:${name}`;

async function bus() {
  const aws = await started({}, virtualClock(NOW));
  const [events, sqs] = [new EventBridgeClient(clientOf(aws)), new SQSClient(clientOf(aws))];
  const queue = async (QueueName: string) => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    return async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }))).Messages ?? [];
  };
  const rule = (EventPattern: string, Targets: Target[], Name = "shop") =>
    events.send(new PutRuleCommand({ Name, EventPattern })).then(() => events.send(new PutTargetsCommand({ Rule: Name, Targets })));
  const put = (entry: object = {}) =>
    events.send(
      new PutEventsCommand({ Entries: [{ Source: "shop", DetailType: "Order", Detail: '{"total":3}', Resources: ["r1"], ...entry }] }),
    );
  return { events, queue, rule, put };
}

test("an event reaches the queues of the rules that it fits, in EventBridge's own form", async () => {
  const { queue, rule, put } = await bus();
  const receive = await queue("orders");
  await rule('{"source":["shop"],"detail":{"total":[{"numeric":[">",2]}]}}', [{ Id: "q", Arn: arn("orders") }]);
  const { Entries } = await put();
  await put({ Detail: '{"total":1}' });
  const messages = await receive();
  expect(messages.map(({ Body = "" }) => JSON.parse(Body) as unknown)).toEqual([
    {
      version: "0",
      id: Entries?.[0]?.EventId,
      "detail-type": "Order",
      source: "shop",
      account: "111122223333",
      time: "2026-11-05T09:00:00Z",
      region: "us-east-1",
      resources: ["r1"],
      detail: { total: 3 },
    },
  ]);
});

test("a target may get a part of the event, or a text made of it", async () => {
  const { queue, rule, put } = await bus();
  const [part, made, fixed] = [await queue("part"), await queue("made"), await queue("fixed")];
  await rule('{"source":["shop"]}', [
    { Id: "1", Arn: arn("part"), InputPath: "$.detail" },
    {
      Id: "2",
      Arn: arn("made"),
      InputTransformer: { InputPathsMap: { sum: "$.detail.total", what: "$.detail-type" }, InputTemplate: '"<what> of <sum>"' },
    },
    { Id: "3", Arn: arn("fixed"), Input: '{"always":"this"}' },
  ]);
  await put();
  expect([(await part())[0]?.Body, (await made())[0]?.Body, (await fixed())[0]?.Body]).toEqual([
    '{"total":3}',
    '"Order of 3"',
    '{"always":"this"}',
  ]);
});

test("what cannot be delivered goes to the target's dead-letter queue, and says why", async () => {
  const { queue, rule, put } = await bus();
  const dead = await queue("dead");
  await rule('{"source":["shop"]}', [{ Id: "1", Arn: arn("gone"), DeadLetterConfig: { Arn: arn("dead") } }]);
  await put();
  expect((await dead())[0]?.MessageAttributes?.["ERROR_CODE"]?.StringValue).toBe("NO_RESOURCE");
});

test("a rule is told, listed, switched off, and deleted once it has no targets", async () => {
  const { events, queue, rule, put } = await bus();
  const receive = await queue("orders");
  await rule('{"source":["shop"]}', [{ Id: "q", Arn: arn("orders") }]);
  expect(await events.send(new DescribeRuleCommand({ Name: "shop" }))).toMatchObject({
    Arn: "arn:aws:events:us-east-1:111122223333:rule/shop",
    State: "ENABLED",
    EventPattern: '{"source":["shop"]}',
  });
  expect((await events.send(new ListRulesCommand({ NamePrefix: "sh" }))).Rules).toHaveLength(1);
  expect((await events.send(new ListTargetsByRuleCommand({ Rule: "shop" }))).Targets).toEqual([{ Id: "q", Arn: arn("orders") }]);
  await events.send(new DisableRuleCommand({ Name: "shop" }));
  await put();
  expect(await receive()).toEqual([]);
  expect((await refusal(events.send(new DeleteRuleCommand({ Name: "shop" })))).message).toContain("has targets");
  await events.send(new RemoveTargetsCommand({ Rule: "shop", Ids: ["q"] }));
  await events.send(new DeleteRuleCommand({ Name: "shop" }));
  expect((await refusal(events.send(new DescribeRuleCommand({ Name: "shop" })))).name).toBe("ResourceNotFoundException");
});

test("entries that are no events fail one by one, and the others are taken", async () => {
  const { events } = await bus();
  const good = { Source: "shop", DetailType: "Order", Detail: "{}" };
  const Entries = [good, { ...good, Source: "aws.cloudwatch" }, { ...good, Detail: "[1]" }, { ...good, DetailType: "" }];
  const told = await events.send(new PutEventsCommand({ Entries }));
  expect(told.FailedEntryCount).toBe(3);
  expect(told.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    "NotAuthorizedForSourceException",
    "MalformedDetail",
    "InvalidArgument",
  ]);
});

const EVENT = { source: "aws.cloudwatch", detail: { alarmName: "prod-disk", state: { value: "ALARM" }, tags: ["a", "b"], count: 5 } };

test.each([
  ['{"source":["aws.cloudwatch"]}', true],
  ['{"source":["aws.rds"]}', false],
  ['{"detail":{"alarmName":[{"prefix":"prod-"}]}}', true],
  ['{"detail":{"alarmName":[{"suffix":"-cpu"}]}}', false],
  ['{"detail":{"alarmName":[{"wildcard":"p*-di*"}]}}', true],
  ['{"detail":{"alarmName":[{"anything-but":["prod-disk"]}]}}', false],
  ['{"detail":{"alarmName":[{"anything-but":{"prefix":"test-"}}]}}', true],
  ['{"detail":{"alarmName":[{"equals-ignore-case":"PROD-DISK"}]}}', true],
  ['{"detail":{"state":{"value":["ALARM","OK"]}}}', true],
  ['{"detail":{"previousState":[{"exists":false}]}}', true],
  ['{"detail":{"tags":["b"]}}', true],
  ['{"detail":{"count":[{"numeric":[">",0,"<=",5]}]}}', true],
  ['{"$or":[{"source":["other"]},{"detail":{"count":[5]}}]}', true],
])("the pattern %s fits an alarm's event: %s", (pattern, expected) => {
  expect(matches(readPattern(pattern), EVENT)).toBe(expected);
});

test("a pattern that EventBridge would not take is refused", async () => {
  const { events, rule } = await bus();
  for (const wrong of ["{", "[]", "{}", '{"source":"shop"}', '{"source":[]}', '{"source":[{"like":"x"}]}']) {
    expect((await refusal(rule(wrong, []))).name).toBe("InvalidEventPatternException");
  }
  expect(
    (await refusal(rule('{"source":["shop"]}', [{ Id: "1", Arn: "arn:aws:lambda:us-east-1:111122223333:function:x" }]))).message,
  ).toContain("SQS queues only");
  const tested = new TestEventPatternCommand({ EventPattern: '{"source":["shop"]}', Event: '{"source":"shop"}' });
  expect((await events.send(tested)).Result).toBe(true);
});
