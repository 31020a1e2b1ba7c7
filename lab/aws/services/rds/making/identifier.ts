import { AwsError } from "../../../aws-error.ts";

/** A name as RDS keeps it, in lower case, or RDS's refusal of one that is none. */
export function identifier(parameter: "DBInstanceIdentifier" | "DBSnapshotIdentifier", given: string): string {
  const name = given.toLowerCase();
  const most = parameter === "DBInstanceIdentifier" ? 63 : 255;
  if (/^[a-z](?!.*--)[a-z0-9-]*$/.test(name) && !name.endsWith("-") && name.length <= most) return name;
  throw new AwsError(
    "InvalidParameterValue",
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, ` +
      "and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
  );
}
