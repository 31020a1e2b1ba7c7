import { z } from "zod";

const ALARM_ARN = /^arn:aws[a-z-]{0,20}:cloudwatch:([a-z]{2,6}(?:-[a-z]{1,20}){1,4}-\d):(\d{12}):alarm:([^\p{Cc}\p{Cs}]{1,255})$/u;

/** An alarm's ARN, and what it says: arn:aws:cloudwatch:<region>:<account>:alarm:<name>. */
export type AlarmArn = { arn: string; region: string; account: string; name: string };

/** Reads an alarm's ARN, or says that it is none. */
export const AlarmArn = z.string().transform((arn, context): AlarmArn => {
  const [, region, account, name] = ALARM_ARN.exec(arn) ?? [];
  if (region !== undefined && account !== undefined && name !== undefined) return { arn, region, account, name };
  context.addIssue("not an alarm's ARN");
  return z.NEVER;
});

/** An alarm below a composite one: its ARN, or nothing where that is no alarm's. */
export const ChildArn = z
  .unknown()
  .optional()
  .transform((arn) => (typeof arn === "string" && ALARM_ARN.test(arn) ? arn : undefined));
