import type { DBInstance } from "@aws-sdk/client-rds";
import type { Gp3Wanted, MoveRdsToGp3, Place, SeenInstance } from "../../../remediation/actions/move-rds-to-gp3.ts";
import type { AwsCall } from "../../../remediation/actions/database.ts";
import { NotDone } from "../../../remediation/durable.ts";
import { say } from "../../../words/plan-say.ts";
import type { Database } from "../lightsail.ts";
import { presentOf, seenFrom } from "../rds.ts";
import { sendApproved } from "../send.ts";
import { unmadeBy } from "../unmade.ts";
import { reasonOf } from "./making.ts";
import { newRds, snapshotsOf, tagList } from "./new-rds.ts";

/** Moving an RDS instance to gp3. */
export function rdsToGp3({ name, looks, acts }: Database): MoveRdsToGp3 {
  return {
    ...newRds({ looks, acts }),
    look: async (signal) => instanceFrom(await presentOf(looks, name, signal), name),
    snapshots: async (database, signal) => snapshotsOf(looks, database, signal),
    modifyCall: ({ name: DBInstanceIdentifier, arn }) => modify(arn, { DBInstanceIdentifier, StorageType: "gp3", ApplyImmediately: true }),
    restoreCall,
    passwordCall: (wanted) =>
      modify(arnOf(wanted), { DBInstanceIdentifier: wanted.name, ManageMasterUserPassword: true, ApplyImmediately: true }),
    change: async (plan, call, signal) => {
      try {
        await sendApproved(acts(plan), call, signal);
      } catch (error) {
        const because = reasonOf(error);
        if (!because) throw error;
        const of = String(call.input["DBInstanceIdentifier"]);
        throw new NotDone(
          "StorageType" in call.input ? say("nothingChanged", of, because, unmadeBy(error)) : say("passwordNotKept", of, because),
          error,
        );
      }
    },
  };
}

const modify = (arn: string, input: AwsCall["input"]): AwsCall => ({
  on: "aws",
  service: "rds",
  operation: "ModifyDBInstance",
  resources: [arn],
  input,
});

/** The ARN of the instance to be made, which lies where the present one does. */
const arnOf = ({ database, name }: Gp3Wanted): string => database.arn.replace(/:db:.*$/, `:db:${name}`);

/** Neither Iops nor StorageThroughput: below 400 GiB RDS refuses them, and from there on gp3 has its baseline without. */
function restoreCall(wanted: Gp3Wanted): AwsCall {
  const { name, database, place, snapshot, tags } = wanted;
  const arn = (resource: string) => database.arn.replace(/:db:.*$/, `:${resource}`);
  return {
    on: "aws",
    service: "rds",
    operation: "RestoreDBInstanceFromDBSnapshot",
    resources: [
      arnOf(wanted),
      snapshot.arn,
      arn(`subgrp:${place.subnetGroup}`),
      arn(`pg:${place.parameterGroup}`),
      arn(`og:${place.optionGroup}`),
    ],
    input: {
      DBInstanceIdentifier: name,
      DBSnapshotIdentifier: snapshot.name,
      DBInstanceClass: database.kind,
      StorageType: "gp3",
      MultiAZ: database.standby,
      DBSubnetGroupName: place.subnetGroup,
      VpcSecurityGroupIds: [...place.securityGroups],
      DBParameterGroupName: place.parameterGroup,
      PubliclyAccessible: false,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      Tags: tagList(tags),
    },
  };
}

function instanceFrom(instance: DBInstance, name: string): SeenInstance {
  const { Iops, PendingModifiedValues = {} } = instance;
  const pending = Object.entries(PendingModifiedValues).filter(([, value]) => value !== undefined && value !== null);
  const place = placeOf(instance);
  return {
    ...seenFrom(instance, name),
    engine: instance.Engine ?? "unknown",
    kind: instance.DBInstanceClass ?? "unknown",
    storage: instance.StorageType ?? "unknown",
    pending: Object.fromEntries(pending.map(([of, value]) => [of, typeof value === "string" ? value : JSON.stringify(value)])),
    ...(Iops === undefined ? {} : { iops: Iops }),
    ...(place ? { place } : {}),
  };
}

function placeOf(instance: DBInstance): Place | undefined {
  const { DBSubnetGroup, VpcSecurityGroups = [], DBParameterGroups = [], OptionGroupMemberships = [], EngineVersion = "" } = instance;
  const subnetGroup = DBSubnetGroup?.DBSubnetGroupName;
  const securityGroups = VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []);
  const parameterGroup = DBParameterGroups[0]?.DBParameterGroupName;
  if (!subnetGroup || securityGroups.length === 0 || !parameterGroup) return undefined;
  const optionGroup = OptionGroupMemberships[0]?.OptionGroupName ?? `default:postgres-${EngineVersion.split(".")[0]}`;
  return { subnetGroup, securityGroups, parameterGroup, optionGroup };
}
