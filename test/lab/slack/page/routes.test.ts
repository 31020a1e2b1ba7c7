import { Agent, request } from "node:http";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startLocalSlack, type LocalSlack } from "../../../../lab/slack/local-slack.ts";
import type { PageState } from "../../../../lab/slack/page-state.ts";

let slack: LocalSlack;

beforeAll(async () => {
  slack = await startLocalSlack({ manifest: readFileSync(new URL("../../../../manifest.yml", import.meta.url), "utf8") });
});

afterAll(() => slack.stop());

type Asked = { method?: string; headers?: Record<string, string>; body?: string; agent?: Agent };
type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

/** A request as any program on the machine, or a page of another site, could make it. */
function ask(path: string, { method = "GET", headers = {}, body = "", agent }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(slack.url + path, { method, headers, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      );
    });
    sent.on("error", reject).end(body);
  });
}

const post = (headers: Record<string, string>, body: unknown) => ask("/page/act", { method: "POST", headers, body: JSON.stringify(body) });
const said = { act: "write", user: "U0MINA", channel: "C0PROD", text: "hello" };

it("serves the page under a policy that lets nothing in from elsewhere", async () => {
  const { status, headers, body } = await ask("/");
  expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(headers["content-security-policy"]).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';.*require-trusted-types-for 'script'/,
  );
  expect(body).toContain("<title>Local Slack</title>");
  expect(body).not.toMatch(/https?:\/\//);
});

it("serves the page's modules as JavaScript", async () => {
  const { headers, body } = await ask("/page/blocks/plan.ts");
  expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
  expect(body).not.toMatch(/import type|: HTMLElement/);
});

it("serves nothing but the page's own files", async () => {
  for (const path of ["/page/../page-routes.ts", "/page/%2e%2e/page-routes.ts", "/page/tsconfig.json", "/page/nothing.ts", "/page/blocks/"])
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
});

it("answers only a browser on this machine, whatever a name is made to point at", async () => {
  expect((await ask("/page/state", { headers: { host: "evil.example" } })).status).toBe(403);
  expect((await ask("/page/state", { headers: { host: "localhost:1" } })).status).toBe(200);
});

it("takes acts only from the page itself", async () => {
  const json = { "content-type": "application/json" };
  expect((await post(json, said)).status).toBe(403);
  expect((await post({ ...json, origin: "http://evil.example" }, said)).status).toBe(403);
  expect((await post({ origin: slack.url, "content-type": "text/plain" }, said)).status).toBe(403);
  expect(slack.workspace.messages).toEqual([]);
  expect((await post({ ...json, origin: slack.url }, said)).status).toBe(200);
  expect(slack.workspace.messages).toMatchObject([{ user: "U0MINA", text: "hello" }]);
});

it("says in a sentence what a person cannot do", async () => {
  const headers = { origin: slack.url, "content-type": "application/json" };
  expect(JSON.parse((await post(headers, { ...said, channel: "C0STAGING" })).body)).toEqual({ refused: "mina is not a member of staging" });
  expect(JSON.parse((await post(headers, { act: "fly" })).body)).toEqual({
    refused: expect.stringMatching(/^The page sent something that is no act/),
  });
  expect((await ask("/page/act", { method: "POST", headers, body: "{" })).status).toBe(400);
  expect((await ask("/page/act", { method: "POST", headers, body: JSON.stringify("x".repeat(400_000)) })).status).toBe(400);
});

it("goes on to answer on a connection that brought far too much", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { origin: slack.url, "content-type": "application/json" };
  for (const path of ["/page/act", "/api/auth.test"]) {
    const body = JSON.stringify("x".repeat(5_000_000));
    await ask(path, { method: "POST", headers, body, agent });
    expect([path, (await ask("/page/state?user=U0MINA", { agent })).status]).toEqual([path, 200]);
  }
  agent.destroy();
});

it("shows each person what they are a member of, and what only they may see", async () => {
  const seenBy = async (user: string) => JSON.parse((await ask(`/page/state?user=${user}`)).body) as PageState;
  const mina = await seenBy("U0MINA");
  expect(mina.channels.map(({ name }) => name)).toEqual(["prod", "general"]);
  expect(mina.people.map(({ realName }) => realName)).toEqual(["Mina Kim", "Alex Morgan", "Noa Levi", "Tae Park", "Robin Guest"]);
  expect(mina.offers).toMatchObject({ commands: [{ command: "/diagnose" }], shortcuts: [{ callbackId: "diagnose_this" }] });
  expect((await seenBy("U0GUEST")).channels.map(({ name }) => name)).toEqual(["prod"]);
  expect((await ask("/page/state?user=U0OTHER")).status).toBe(404);
});

it("tells of changes as they come, several at once as one", async () => {
  const heard = new Promise<string>((resolve, reject) => {
    let text = "";
    const sent = request(`${slack.url}/page/live`, (response) => {
      slack.banner.set({ text: "one", facts: [], buttons: [] });
      slack.people.say({ user: "U0MINA", channel: "C0PROD", text: "two" });
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.split("event: changed").length === 3) resolve(text);
        if (text.split("event: changed").length === 3) sent.destroy();
      });
    });
    sent.on("error", reject).end();
  });
  expect(await heard).toBe("retry: 1000\nevent: changed\ndata: {}\n\nevent: changed\ndata: {}\n\n");
});
