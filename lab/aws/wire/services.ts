/** A service on the wire: its name as IAM has it and in the signature's scope, its X-Amz-Target, its query version, and its published schemas. */
export type Service = {
  name: string;
  scope: string;
  target: string;
  version: string;
  xmlns: string;
  /** A service without regions signs for this one, wherever its caller is; a client with an endpoint of its own may sign for the caller's. */
  region?: string;
  /** EC2 writes query in a way of its own: lists without `member`, answers without `<XResult>`, its own errors. */
  dialect?: "ec2";
  /** Loaded when the service is first called: all clients together take a second. */
  load: () => Promise<object>;
};

const SERVICES: readonly Service[] = [
  {
    name: "ssm",
    scope: "ssm",
    target: "AmazonSSM",
    version: "2014-11-06",
    xmlns: "http://ssm.amazonaws.com/doc/2014-11-06/",
    load: () => import("@aws-sdk/client-ssm"),
  },
  {
    name: "lightsail",
    scope: "lightsail",
    target: "Lightsail_20161128",
    version: "2016-11-28",
    xmlns: "http://lightsail.amazonaws.com/doc/2016-11-28/",
    load: () => import("@aws-sdk/client-lightsail"),
  },
  {
    name: "rds",
    scope: "rds",
    target: "AmazonRDSv19",
    version: "2014-10-31",
    xmlns: "http://rds.amazonaws.com/doc/2014-10-31/",
    load: () => import("@aws-sdk/client-rds"),
  },
  {
    name: "cloudwatch",
    scope: "monitoring",
    target: "GraniteServiceVersion20100801",
    version: "2010-08-01",
    xmlns: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    load: () => import("@aws-sdk/client-cloudwatch"),
  },
  {
    name: "sqs",
    scope: "sqs",
    target: "AmazonSQS",
    version: "2012-11-05",
    xmlns: "http://queue.amazonaws.com/doc/2012-11-05/",
    load: () => import("@aws-sdk/client-sqs"),
  },
  {
    name: "sns",
    scope: "sns",
    target: "AmazonSimpleNotificationService",
    version: "2010-03-31",
    xmlns: "http://sns.amazonaws.com/doc/2010-03-31/",
    load: () => import("@aws-sdk/client-sns"),
  },
  {
    name: "events",
    scope: "events",
    target: "AWSEvents",
    version: "2015-10-07",
    xmlns: "http://events.amazonaws.com/doc/2015-10-07/",
    load: () => import("@aws-sdk/client-eventbridge"),
  },
  {
    name: "sts",
    scope: "sts",
    target: "AWSSecurityTokenServiceV20110615",
    version: "2011-06-15",
    xmlns: "https://sts.amazonaws.com/doc/2011-06-15/",
    load: () => import("@aws-sdk/client-sts"),
  },
  {
    name: "iam",
    scope: "iam",
    target: "AWSIdentityManagementV20100508",
    version: "2010-05-08",
    xmlns: "https://iam.amazonaws.com/doc/2010-05-08/",
    region: "us-east-1",
    load: () => import("@aws-sdk/client-iam"),
  },
  {
    name: "secretsmanager",
    scope: "secretsmanager",
    target: "secretsmanager",
    version: "2017-10-17",
    xmlns: "https://secretsmanager.amazonaws.com/doc/2017-10-17/",
    load: () => import("@aws-sdk/client-secrets-manager"),
  },
  {
    name: "ec2",
    scope: "ec2",
    target: "AmazonEC2",
    version: "2016-11-15",
    xmlns: "http://ec2.amazonaws.com/doc/2016-11-15/",
    dialect: "ec2",
    load: () => import("@aws-sdk/client-ec2"),
  },
];

/** The service that a signature's scope, an X-Amz-Target or a query version belongs to. */
export function findService(key: "scope" | "target" | "version", value: string | undefined): Service | undefined {
  return SERVICES.find((service) => service[key] === value);
}

/** The names of the services that are spoken here. */
export const spoken = (): string => SERVICES.map(({ name }) => name).join(", ");

/** A service that is not spoken here; it has no operations, and so each call of it is refused as unknown, and logged. */
export function strangeService(scope: string): Service {
  return { name: scope, scope, target: "", version: "", xmlns: "", load: async () => ({}) };
}

/** Operations that AWS lets anyone call: the web identity in the input is what it trusts. */
export const UNSIGNED: ReadonlySet<string> = new Set(["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]);
