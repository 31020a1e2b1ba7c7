import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { authorityOf, newAuthority, type Authority } from "../../../../lab/aws/services/sns/certificate/authority.ts";
import { signed } from "../../../../lab/aws/services/sns/envelope.ts";
import { snsEndpoint, type SnsEndpoint, type SnsIntake } from "../../../../src/aws/alarms/sns/sns-endpoint.ts";
import { alarmMessage, store, type Store } from "../intake.ts";

/** The topic that is ours. */
export const TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms";

/** Another authority whose certificate no root of ours vouches for. */
export const stranger = newAuthority("us-east-1");

type Message = Record<string, unknown> & { Type: string };

/** A notification as SNS posts it, signed by the region's own authority unless another is given. */
export function notification(
  changes: Partial<Message> = {},
  version: "1" | "2" = "2",
  by: Omit<Authority, "root" | "chain"> = authorityOf("us-east-1"),
) {
  const message: Message = {
    Type: "Notification",
    MessageId: randomUUID(),
    TopicArn: TOPIC,
    Subject: 'ALARM: "disk" in US East (N. Virginia)',
    Message: alarmMessage("disk"),
    Timestamp: new Date().toISOString(),
    ...changes,
  };
  return { ...signed(message, version, by), UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe" };
}

/** A confirmation of either kind. */
export function confirmation(type: "SubscriptionConfirmation" | "UnsubscribeConfirmation", changes: Partial<Message> = {}) {
  const Token = "2336412f37";
  return signed(
    {
      Type: type,
      MessageId: randomUUID(),
      Token,
      TopicArn: TOPIC,
      Message: "You have chosen to subscribe to the topic.\nTo confirm the subscription, visit the SubscribeURL included in this message.",
      SubscribeURL: `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=${Token}`,
      Timestamp: new Date().toISOString(),
      ...changes,
    },
    "2",
    authorityOf("us-east-1"),
  );
}

/** What is at SNS: its certificates by their addresses, and whatever else is asked for. */
function snsAt(pages: Record<string, () => Response> = {}): typeof fetch & { asked: string[] } {
  const asked: string[] = [];
  const known = [authorityOf("us-east-1"), authorityOf("eu-west-1"), stranger];
  const get = async (address: string | URL | Request): Promise<Response> => {
    const url = address instanceof Request ? address.url : String(address);
    asked.push(url);
    const page = Object.entries(pages).find(([start]) => url.startsWith(start))?.[1];
    if (page) return page();
    const authority = known.find((one) => one.url === url);
    return authority ? new Response(authority.chain) : new Response("no such page", { status: 404 });
  };
  return Object.assign(get as typeof fetch, { asked });
}

/** An endpoint of ours with what it was given. */
export type Posted = { endpoint: SnsEndpoint; store: Store; ids: Set<string>; fetch: ReturnType<typeof snsAt> };

/** Opens an endpoint that trusts the lab's authority for us-east-1. */
export async function open(changes: Partial<SnsIntake> & { pages?: Record<string, () => Response> } = {}): Promise<Posted> {
  const { pages, ...given } = changes;
  const into = store();
  const ids = new Set<string>();
  const fetch = snsAt(pages);
  const endpoint = await snsEndpoint({
    ...into,
    take: async (deliveries) => into.take(deliveries),
    address: "127.0.0.1:0",
    path: "/sns",
    topics: [TOPIC],
    isFirst: async (key) => {
      if (into.down) throw new Error("the store is down");
      return !ids.has(key) && ids.add(key) !== undefined;
    },
    fetch,
    roots: [authorityOf("us-east-1").root, authorityOf("eu-west-1").root],
    ...given,
  });
  return { endpoint, store: into, ids, fetch };
}

/** Posts a body as SNS does; its status. */
export async function post(
  { endpoint }: Pick<Posted, "endpoint">,
  body: object | string | Buffer,
  { method = "POST", path = "/sns", type = "text/plain; charset=UTF-8", chunked = false } = {},
): Promise<number> {
  const bytes = Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body);
  const [host, port] = endpoint.address.split(":");
  return new Promise((resolve, reject) => {
    const sending = request(
      { host, port, method, path, headers: { "content-type": type, ...(chunked ? { "transfer-encoding": "chunked" } : {}) } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    );
    sending.once("error", reject);
    sending.end(bytes);
  });
}
