import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import type { AwsWorld, PermissionCall } from "../../../../lab/aws/world.ts";
import { virtualClock } from "../../../../lab/clock.ts";
import { clientOf, refusal, started } from "../started.ts";

const NOW = new Date("2026-11-05T09:00:00Z");
const METRIC = ["AWS/RDS", "DiskQueueDepth", "DBInstanceIdentifier", "shop", { stat: "Maximum" }];
const graph = (differs: object = {}, properties: object = {}) => ({
  type: "metric",
  x: 0,
  y: 0,
  width: 12,
  height: 6,
  properties: { metrics: [METRIC, [{ expression: "m1 * 2", id: "e1" }]], region: "us-east-1", title: "Disk <queue> & more", ...properties },
  ...differs,
});
const bodyOf = (...widgets: object[]) => JSON.stringify({ widgets });

async function account(world: Partial<AwsWorld> = {}) {
  const client = new CloudWatchClient(clientOf(await started(world, virtualClock(NOW))));
  return {
    put: (DashboardBody: string, DashboardName = "incident-7") => client.send(new PutDashboardCommand({ DashboardName, DashboardBody })),
    get: (DashboardName = "incident-7") => client.send(new GetDashboardCommand({ DashboardName })),
    list: async (DashboardNamePrefix?: string) =>
      (await client.send(new ListDashboardsCommand(DashboardNamePrefix === undefined ? {} : { DashboardNamePrefix }))).DashboardEntries,
    remove: (...DashboardNames: string[]) => client.send(new DeleteDashboardsCommand({ DashboardNames })),
  };
}

test("a dashboard is read as it was put, and putting it again replaces all of it", async () => {
  const { put, get, list } = await account();
  expect((await put(bodyOf(graph(), graph({ x: 12 })))).DashboardValidationMessages ?? []).toEqual([]);
  const body = bodyOf({ type: "text", x: 0, y: 0, width: 24, height: 2, properties: { markdown: "# Incident 7" } });
  await put(body);
  expect(await get()).toMatchObject({
    DashboardName: "incident-7",
    DashboardArn: "arn:aws:cloudwatch::111122223333:dashboard/incident-7",
    DashboardBody: body,
  });
  expect(await list()).toEqual([
    {
      DashboardName: "incident-7",
      DashboardArn: "arn:aws:cloudwatch::111122223333:dashboard/incident-7",
      LastModified: NOW,
      Size: body.length,
    },
  ]);
});

test("what CloudWatch does not know is taken with a warning", async () => {
  const { put, get } = await account();
  expect((await put(bodyOf(graph({ colour: "red" })))).DashboardValidationMessages).toEqual([
    { DataPath: "/widgets/0/colour", Message: "Should NOT have additional properties: colour" },
  ]);
  expect((await get()).DashboardBody).toContain("colour");
});

test.each([
  ["no JSON", "no JSON", ""],
  ["a list", "[]", ""],
  ["no widgets", "{}", "/widgets"],
  ["an unknown type", bodyOf(graph({ type: "graph" })), "/widgets/0/type"],
  ["a widget wider than the grid", bodyOf(graph({ width: 25 })), "/widgets/0/width"],
  ["a widget left of the grid", bodyOf(graph({ x: -1 })), "/widgets/0/x"],
  ["no properties", bodyOf(graph({ properties: undefined })), "/widgets/0/properties"],
  ["no region", bodyOf(graph({}, { region: undefined })), "/widgets/0/properties/region"],
  ["no metrics", bodyOf(graph({}, { metrics: undefined })), "/widgets/0/properties/metrics"],
  ["a metric without a name", bodyOf(graph({}, { metrics: [["AWS/RDS"]] })), "/widgets/0/properties/metrics/0"],
  ["501 metrics in a graph", bodyOf(graph({}, { metrics: Array(501).fill(METRIC) })), "/widgets/0/properties/metrics"],
  ["3,000 metrics in all", bodyOf(...Array<object>(6).fill(graph({}, { metrics: Array(500).fill(METRIC) }))), "/widgets"],
  ["a text without markdown", bodyOf({ type: "text", properties: {} }), "/widgets/0/properties/markdown"],
  ["alarms without alarms", bodyOf({ type: "alarm", properties: {} }), "/widgets/0/properties/alarms"],
])("a body with %s is refused with where it is wrong, and the dashboard is as before", async (_, body, at) => {
  const { put, get } = await account();
  const before = bodyOf(graph());
  await put(before);
  const error: unknown = await put(body).catch((refused: unknown) => refused);
  expect(error).toMatchObject({
    name: "DashboardInvalidInputError",
    $metadata: { httpStatusCode: 400 },
    dashboardValidationMessages: [{ DataPath: at }],
  });
  expect((await get()).DashboardBody).toBe(before);
});

test("a dashboard that is not there has the name that query gave it, and deleting takes all or none", async () => {
  const { put, get, list, remove } = await account();
  expect(await refusal(get())).toMatchObject({ name: "ResourceNotFound", status: 404 });
  for (const name of ["incident-7", "incident-8", "other"]) await put(bodyOf(graph()), name);
  expect((await refusal(remove("incident-7", "nothing"))).name).toBe("ResourceNotFound");
  expect((await list("incident-"))?.map(({ DashboardName }) => DashboardName)).toEqual(["incident-7", "incident-8"]);
  await remove("incident-7", "incident-8");
  expect((await list())?.map(({ DashboardName }) => DashboardName)).toEqual(["other"]);
  expect((await refusal(put(bodyOf(graph()), "with a space"))).name).toBe("DashboardInvalidInputError");
});

test("permissions on dashboards are asked without a region", async () => {
  const asked: PermissionCall[] = [];
  const { put, remove } = await account({ allowed: (call) => asked.push(call) > 0 });
  await put(bodyOf(graph()));
  await remove("incident-7");
  expect(asked.map(({ operation, resource }) => [operation, resource])).toEqual([
    ["PutDashboard", "arn:aws:cloudwatch::111122223333:dashboard/incident-7"],
    ["DeleteDashboards", "arn:aws:cloudwatch::111122223333:dashboard/incident-7"],
  ]);
});
