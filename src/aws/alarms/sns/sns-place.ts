import { Refusal } from "./refusal.ts";

/** Where a topic is: its region, and the domain of its partition. */
export type Place = { region: string; domain: string };

const DOMAINS: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
  "aws-eusc": "amazonaws.eu",
};

/** The place that a topic's ARN names. Throws a Refusal where it is none that is known. */
export function placeOf(topicArn: string): Place {
  const [, partition = "", region = ""] = /^arn:(aws[a-z-]*):sns:([a-z0-9-]+):\d{12}:[\w-]+(?:\.fifo)?$/.exec(topicArn) ?? [];
  const domain = DOMAINS[partition];
  if (domain === undefined) throw new Refusal("its topic's ARN is none");
  return { region, domain };
}

/** An address at SNS, in the region of the topic. Throws a Refusal with `because` where it is any other. */
export function addressAt({ region, domain }: Place, address: string, because: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const detail = { host: url?.host.slice(0, 200), wanted: `sns.${region}.${domain}` };
  if (
    !url ||
    url.protocol !== "https:" ||
    url.host !== `sns.${region}.${domain}` ||
    url.username !== "" ||
    url.password !== "" ||
    url.hash !== ""
  )
    throw new Refusal(because, { detail });
  return url;
}

/**
 * The names that a region's signing certificate may be for: by region and age SNS uses one or another (`sns.amazonaws.com` mostly, `sns-signing.<region>`
 * in regions that are opted into, `sns-<region>` in GovCloud and China, where GovCloud East signs by the West's).
 */
export function signersAt({ region, domain }: Place): string[] {
  const gov = region.startsWith("us-gov-") ? ["sns-us-gov-west-1.amazonaws.com"] : [];
  return [`sns.${domain}`, `sns.${region}.${domain}`, `sns-signing.${region}.${domain}`, `sns-${region}.${domain}`, ...gov];
}
