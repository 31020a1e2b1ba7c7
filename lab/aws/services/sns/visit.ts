import { AwsError } from "../../aws-error.ts";
import { authorityOf, snsHost } from "./certificate/authority.ts";
import type { Publishing } from "./publish.ts";
import { confirm, unsubscribe } from "./sns.ts";

/** What a visitor without a signature gets at one of SNS's public addresses. */
export type Visit = { status: number; type: string; body: string };

/** Answers what SNS offers to everybody: its certificate, and the addresses that confirm and end subscriptions. Nothing for another path. */
export function visit(from: Publishing, path: string): Visit | undefined {
  const { region } = from.account;
  const url = new URL(path, `https://${snsHost(region)}`);
  if (url.href === authorityOf(region).url) return { status: 200, type: "application/x-pem-file", body: authorityOf(region).chain };
  const asked = (name: string) => url.searchParams.get(name) ?? "";
  const action = asked("Action");
  if (action !== "ConfirmSubscription" && action !== "Unsubscribe") return undefined;
  try {
    if (action === "Unsubscribe") {
      unsubscribe(from, asked("SubscriptionArn"));
      return xml(200, "<UnsubscribeResponse></UnsubscribeResponse>");
    }
    const arn = confirm(from, asked("TopicArn"), asked("Token"));
    const result = `<ConfirmSubscriptionResult><SubscriptionArn>${arn}</SubscriptionArn></ConfirmSubscriptionResult>`;
    return xml(
      200,
      `<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</ConfirmSubscriptionResponse>`,
    );
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return xml(400, `<ErrorResponse><Error><Code>${error.name}</Code><Message>${error.message}</Message></Error></ErrorResponse>`);
  }
}

const xml = (status: number, body: string): Visit => ({ status, type: "text/xml", body });

/** A `fetch` for clients that leads SNS's public address of this region here, and nothing else anywhere. */
export function fetchAt(region: string, endpoint: () => string): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.protocol !== "https:" || url.host !== snsHost(region))
      throw new TypeError(`the local AWS answers for ${snsHost(region)} only, not for ${url.host}`);
    return fetch(`${endpoint()}${url.pathname}${url.search}`, init);
  };
}
