import type { CloudWatch, PutDashboardInput } from "@aws-sdk/client-cloudwatch";
import type { Account } from "../../../account.ts";
import { AwsError } from "../../../aws-error.ts";
import type { Filled, Operations, Room } from "../../../operations.ts";
import { page } from "../../../page.ts";
import { faultsIn } from "./body.ts";

type Dashboard = { body: string; modifiedAt: Date };

/** Dashboards of one ListDashboards answer. */
const LISTED = 1000;

/** Dashboards, which belong to no region; putting one replaces all of it. */
export function dashboards(account: Account): Required<Pick<Room<CloudWatch>, "operations" | "resources">> {
  const kept = new Map<string, Dashboard>();
  const arn = (name: string) => `arn:aws:cloudwatch::${account.id}:dashboard/${name}`;
  const there = (name: string) => kept.get(name) ?? missing(name);
  const operations: Operations<CloudWatch> = {
    PutDashboard: (input) => put(account, kept, input),
    GetDashboard: ({ DashboardName }) => ({ DashboardArn: arn(DashboardName), DashboardBody: there(DashboardName).body, DashboardName }),
    ListDashboards: ({ DashboardNamePrefix = "", NextToken }) => {
      const found = [...kept].filter(([name]) => name.startsWith(DashboardNamePrefix)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const { items, next } = page(found, { token: NextToken, size: LISTED });
      const DashboardEntries = items.map(([name, { body, modifiedAt }]) => ({
        DashboardName: name,
        DashboardArn: arn(name),
        LastModified: modifiedAt,
        Size: Buffer.byteLength(body),
      }));
      return { DashboardEntries, ...(next ? { NextToken: next } : {}) };
    },
    // All of them, or none when one is not there.
    DeleteDashboards: ({ DashboardNames }) => {
      DashboardNames.forEach(there);
      DashboardNames.forEach((name) => kept.delete(name));
      return {};
    },
  };
  const onOne = ({ DashboardName }: { DashboardName: string }) => [arn(DashboardName)];
  const resources = {
    PutDashboard: onOne,
    GetDashboard: onOne,
    DeleteDashboards: ({ DashboardNames }: { DashboardNames: string[] }) => DashboardNames.map(arn),
  };
  return { operations, resources };
}

function put({ clock }: Account, kept: Map<string, Dashboard>, { DashboardName, DashboardBody }: Filled<PutDashboardInput>) {
  if (!/^[\w-]{1,255}$/.test(DashboardName)) {
    throw invalidInput("The dashboard's name has characters other than A-Z, a-z, 0-9, - and _, or more than 255 of them.", []);
  }
  const { errors, warnings } = faultsIn(DashboardBody);
  if (errors.length > 0) throw invalidInput("The dashboard body is invalid, there are validation errors.", errors);
  kept.set(DashboardName, { body: DashboardBody, modifiedAt: clock.now() });
  return { DashboardValidationMessages: warnings };
}

const invalidInput = (message: string, dashboardValidationMessages: object[]) =>
  new AwsError("DashboardInvalidInputError", message, { dashboardValidationMessages });

function missing(name: string): never {
  throw new AwsError("DashboardNotFoundError", `Dashboard ${name} does not exist`);
}
