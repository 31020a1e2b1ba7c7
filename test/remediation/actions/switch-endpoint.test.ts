import { describe, expect, test } from "vitest";
import { switchEndpoint } from "../../../src/remediation/actions/switch-endpoint.ts";
import type { SeenHost, SeenLine } from "../../../src/remediation/actions/switch/host.ts";
import { differencesOf } from "../../../src/remediation/digest.ts";
import type { Input } from "../../../src/remediation/plan.ts";
import { policyOf } from "../../../src/remediation/policy.ts";
import { reason, said } from "../../../src/words/because.ts";
import { carryOut, draftOf, planOf, sentencesOf, stepsInMemory, type CameTo } from "./carry-out.ts";
import { farm, FROM, seenHost, TO } from "./switch-hosts.ts";

const RULES = { endpoint: { from: FROM, to: TO }, units: ["web", "worker"] };
type Farm = ReturnType<typeof farm>;

const actionOf = ({ port }: Farm) => switchEndpoint(port, RULES);
const line = (more: Partial<SeenLine>): Partial<SeenHost> => ({ lines: [{ ...seenHost(1).lines[0]!, ...more }] });

async function carriedOut(made: Farm, steps = stepsInMemory(), given: Input[] = []): Promise<CameTo> {
  const action = actionOf(made);
  return carryOut(action, await planOf(action), { time: made.time, steps, given });
}

describe("what is planned", () => {
  test("the plan shows the lines with their hosts, the downtime, what stays behind, and how it is undone", async () => {
    const draft = await draftOf(actionOf(farm()));
    if (typeof draft === "string") throw new Error(draft);
    const told = sentencesOf(draft).join("\n");
    expect(told).toContain(`/etc/shop/shop.env:3: DATABASE_URL=postgres://***@${FROM}/shop becomes DATABASE_URL=postgres://***@${TO}/shop`);
    for (const part of [
      "web-1, web-2, web-3",
      "web, worker",
      "cannot write",
      "is not brought back",
      "every host gets its old file back",
      "stays closed",
    ])
      expect(told).toContain(part);
    expect(draft.calls).toHaveLength(6);
    expect(draft.touches.map(({ kind }) => kind)).toEqual(["host", "host", "host", "address", "copy", "document"]);
  });

  test("where the copy has set the old database aside, the plan and its end say under which name, and how it comes back", async () => {
    const made = farm();
    made.world.proof = { id: "move", fingerprint: "f1", holds: true, aside: "shop-gumshoe-move" };
    const draft = await draftOf(actionOf(made));
    if (typeof draft === "string") throw new Error(draft);
    const kept = `The old database is kept whole at ${FROM}, under the name shop-gumshoe-move, and never deleted by Gumshoe; \`unfence\` of the copy move on web-1 gives it back its name and all privileges (docs/copy.md)`;
    expect(sentencesOf(draft)).toContain(kept);
    expect(await carriedOut(made)).toMatchObject({ says: expect.arrayContaining([kept]) as unknown });
  });

  test.each<[string, Partial<SeenHost>]>([
    ["the real line", line({ hash: "3333" })],
    ["what it becomes", line({ hashAfter: "3333" })],
    ["a file", { files: [{ ...seenHost(1).files[0]!, sha256: "cc" }] }],
    ["an owner", { files: [{ ...seenHost(1).files[0]!, owner: "1:1" }] }],
    ["a consumer", { units: [] }],
  ])("%s that changed since makes another digest", async (_, more) => {
    const made = farm();
    const was = await draftOf(actionOf(made));
    for (const host of made.world.hosts) host.seen = { ...host.seen, ...more };
    const is = await draftOf(actionOf(made));
    if (typeof was === "string" || typeof is === "string") throw new Error("refused");
    expect(differencesOf(was, is).length).toBeGreaterThan(0);
  });

  test("it takes two people and the environment's name, typed", () => {
    const proof = { goodMinutes: 10, withinMinutes: 30, queueBelow: 0.5, connectBelowMs: 1_000, failuresBelow: 0.01 };
    const rules = { approvals: 2, units: ["web"], envFiles: [{ path: "/a", key: "K" }], health: "http://127.0.0.1/", to: TO };
    const actions = { approvers: ["U1"], solo: false, perDay: 10, expiresMinutes: 30, proof, allow: { "switch-endpoint": rules } };
    expect(policyOf(actions, "switch-endpoint")).toMatchObject({ typed: true, approvals: 2 });
    expect(policyOf({ ...actions, allow: { "snapshot-database": { approvals: 1 } } }, "snapshot-database")?.typed).toBe(false);
  });
});

describe("what is refused", () => {
  const broken: [string, (made: Farm) => void, RegExp][] = [
    ["a host that is offline", ({ world }) => void (world.hosts[1]!.offline = true), /^host-offline: web-2 could not be reached/],
    ["no host at all", ({ world }) => void world.hosts.splice(0), /^no-hosts/],
    [
      "a line that is not sure",
      on(1, line({ odd: "the key is there more than once" })),
      /^odd-line: .* \(web-2\) cannot be changed safely: the key/,
    ],
    ["a line that names another database", on(2, line({ names: "other" })), /^other-address: .* \(web-3\) does not name db-old/],
    ["a host that is switched already", on(2, line({ names: "new" })), /^other-address/],
    ["lines that differ between hosts", on(1, line({ hash: "9999" })), /^lines-differ: .* is not the same on all hosts/],
    ["a key that one host lacks", on(0, { lines: [] }), /^lines-differ/],
    [
      "a unit outside of those configured",
      on(1, { units: [{ name: "beat.service", uses: "file", state: "active" }] }),
      /^unknown-consumer: beat.service on web-2/,
    ],
    [
      "a unit that names the address itself",
      on(1, { units: [{ name: "web.service", uses: "itself", state: "active" }] }),
      /^unknown-consumer/,
    ],
    [
      "a unit with another file",
      on(0, { units: [{ name: "web.service", uses: "other", path: "/etc/x.env" }] }),
      /^unknown-consumer: web.service \(\/etc\/x.env\)/,
    ],
    [
      "a process of no unit",
      on(0, { processes: [{ pid: "7", unit: "", how: "connection", name: "python3" }] }),
      /^unknown-consumer: python3 \(7\) on web-1/,
    ],
    [
      "a process of another unit",
      on(0, { processes: [{ pid: "7", unit: "etl.service", how: "connection", name: "x" }] }),
      /^unknown-consumer: etl.service/,
    ],
    [
      "a command line with the address",
      on(0, { processes: [{ pid: "7", unit: "web.service", how: "command", name: "x" }] }),
      /^unknown-consumer/,
    ],
    [
      "a cron job that names the address",
      on(2, { cron: [{ name: "", uses: "itself", path: "/etc/cron.d/etl" }] }),
      /^unknown-consumer: \/etc\/cron.d\/etl on web-3/,
    ],
    ["a client from nowhere", ({ world }) => void (world.clients = ["10.0.0.2", "10.9.9.9"]), /^unknown-client: .*: 10\.9\.9\.9$/],
    ["no copy", ({ port }) => void (port.proveCopy = undefined), /^no-proof/],
    ["a copy on a host that is not here", ({ port }) => void (port.copyHost = "other"), /^no-proof: there is no host other here/],
    [
      "a fence that is down",
      ({ world }) => void (world.proof = { id: "move", holds: false, because: said("the fence is down") }),
      /^copy-does-not-hold: .*: the fence is down$/,
    ],
  ];
  function on(nth: number, more: Partial<SeenHost>) {
    return ({ world }: Farm) => void (world.hosts[nth]!.seen = { ...world.hosts[nth]!.seen, ...more });
  }

  test.each(broken)("%s", async (_, breakIt, refusal) => {
    const made = farm();
    breakIt(made);
    expect(await draftOf(actionOf(made))).toMatch(refusal);
    expect(made.world.deeds).toEqual([]);
  });

  test("the same address, and another port that no key says", async () => {
    const made = farm();
    expect(await draftOf(switchEndpoint(made.port, { ...RULES, endpoint: { from: FROM, to: FROM.toUpperCase() } }))).toMatch(
      /^same-address/,
    );
    for (const host of made.world.hosts) host.seen = { ...host.seen, ...line({ kind: "host" }) };
    const other = { ...RULES, endpoint: { from: FROM, to: "db-new.example:6432" } };
    expect(await draftOf(switchEndpoint(made.port, other))).toMatch(
      /^no-port-key: no key on web-1 says the port, and the new one is 6432$/,
    );
  });

  test("what does not run, and other files that name the address, are no reason to refuse, and are told", async () => {
    const made = farm();
    made.world.hosts[0]!.seen = seenHost(1, { units: [{ name: "etl.service", uses: "file", state: "inactive" }], others: ["/etc/hosts"] });
    const draft = await draftOf(actionOf(made));
    if (typeof draft === "string") throw new Error(draft);
    expect(sentencesOf(draft).join("\n")).toContain("/etc/hosts");
  });
});

describe("how it is carried out", () => {
  test("all hosts are staged before the first is switched, one after the other, and the old database stays fenced", async () => {
    const made = farm();
    const given: Input[] = [];
    expect(await carriedOut(made, undefined, given)).toEqual({
      says: [
        `The application uses ${TO} on web-1, web-2, web-3, answers, and reaches it`,
        `${FROM} stays closed for the application, so that nothing writes to both`,
        expect.stringMatching(
          /^Gumshoe looks at db-new.*`metrics`: it is not known here, and until then no metrics of a database are read$/,
        ),
      ],
    });
    expect(given).toEqual([{ left: FROM, ledTo: TO }]);
    expect(made.world.deeds).toEqual(["stage web-1", "stage web-2", "stage web-3", "switch web-1", "switch web-2", "switch web-3"]);
    expect(made.world.fenced).toBe(true);
  });

  const verbs = ["stage", "switch", "check"] as const;
  const places = verbs.flatMap((verb) => [1, 2, 3].map((n) => `${verb} web-${n}`));
  const faults = ["fails", "refused", "silent"] as const;
  test.each(
    places.flatMap((place) => (place.startsWith("check") ? [[place, "fails"] as const] : faults.map((fault) => [place, fault] as const))),
  )("where %s %s, all hosts go back in reverse order, and only then is the old database opened", async (place, fault) => {
    const made = farm();
    made.world.faults.set(place, fault);
    const came = await carriedOut(made);
    expect(came).toMatchObject({
      how: "failed",
      step: place,
      because: expect.stringContaining("All went back: web-1, web-2, web-3") as string,
    });
    expect(made.world.hosts.map(({ at }) => at)).toEqual(["old", "old", "old"]);
    const since = made.world.deeds.slice(made.world.deeds.indexOf("back web-3"));
    expect(since).toEqual(["back web-3", "back web-2", "back web-1", "unfence web-1", "wake web-1", "wake web-2", "wake web-3"]);
    expect(made.world).toMatchObject({ fenced: false, split: false });
  });

  test("nothing is switched where the copy does not hold any more", async () => {
    const made = farm();
    const action = actionOf(made);
    const plan = await planOf(action);
    made.world.proof = { id: "move", holds: false, because: reason("cutOff") };
    expect(await carryOut(action, plan, { time: made.time })).toMatchObject({ how: "failed", step: "prove" });
    expect(made.world.deeds.filter((deed) => deed.startsWith("switch"))).toEqual([]);
  });

  test.each([
    ["orders:461 a.b:3 +2", /it is open\. What was written to .* meanwhile is only there, .*: orders 461, a\.b 3 and 2 more tables$/],
    ["unseen", /it is open\. What was written to .* how much that is could not be seen$/],
    ["none", /, and it is open$/],
  ])("where the first host that was switched says of the new database: %s, the end says it", async (written, said) => {
    const made = farm();
    made.world.faults.set("switch web-3", "fails");
    made.world.written.set("web-1", written).set("web-2", "orders:1");
    expect(await carriedOut(made)).toHaveProperty("because", expect.stringMatching(said));
  });

  test("where the copy cannot be asked nothing is switched, and what was staged goes back", async () => {
    const made = farm();
    const action = actionOf(made);
    const plan = await planOf(action);
    made.port.proveCopy = async () => Promise.reject(new Error("no answer"));
    expect(await carryOut(action, plan, { time: made.time })).toMatchObject({ how: "failed", step: "prove" });
    expect(made.world.deeds.slice(3, 6)).toEqual(["back web-3", "back web-2", "back web-1"]);
  });

  test("a host that does not go back is tried again, and while it is not known the old database stays closed", async () => {
    const made = farm();
    made.world.faults.set("switch web-3", "fails").set("back web-2", "fails");
    const came = await carriedOut(made);
    expect(came).toMatchObject({
      how: "failed",
      because: expect.stringMatching(/Whether web-2 went back is not known, so .* stays closed/) as string,
    });
    expect(made.world.deeds.filter((deed) => deed === "back web-2")).toHaveLength(3);
    expect(made.world.deeds).toContain("back web-1");
    expect(made.world).toMatchObject({ fenced: true, split: false });
  });

  test.each(["lost-after", "lost-before"] as const)("an order whose answer was lost (%s) takes place once", async (fault) => {
    const made = farm();
    for (const place of places.slice(0, 6)) made.world.faults.set(place, fault);
    expect(await carriedOut(made)).toHaveProperty("says");
    expect(made.world.deeds).toHaveLength(6);
  });

  test("killed at any moment, and whatever fails, it ends with all hosts on one database and never with writes on two", async () => {
    const untilCut = <Held extends object>(held: Held, left: { calls: number }) =>
      new Proxy(held, {
        get: (of, key) => {
          const each: unknown = Reflect.get(of, key);
          if (typeof each !== "function") return each;
          return async (...given: unknown[]) => {
            if (left.calls-- === 0) throw new Error("killed");
            const result: unknown = await (each as (...with_: unknown[]) => unknown)(...given);
            if (left.calls-- === 0) throw new Error("killed");
            return result;
          };
        },
      });
    for (const fault of [undefined, "switch web-2", "check web-3", "stage web-2"])
      for (let moment = 0; moment < 160; moment++) {
        const made = farm();
        if (fault) made.world.faults.set(fault, "fails");
        const steps = stepsInMemory();
        const action = actionOf(made);
        const plan = await planOf(action);
        const first = await carryOut(action, plan, { time: made.time, steps: untilCut(steps, { calls: moment }) }).catch(() => undefined);
        // What failed for the first copy would go well for the second: it must not be tried again.
        if (!first && steps.kept.get(`${fault}: end`)?.done) made.world.faults.clear();
        const came = first ?? (await carryOut(action, plan, { time: made.time, steps }));
        const at = `${fault ?? "nothing"} failed, killed at ${moment}`;
        expect(new Set(made.world.hosts.map((host) => host.at)).size, at).toBe(1);
        expect(made.world.split, at).toBe(false);
        expect("says" in came, at).toBe(fault === undefined);
        expect(made.world.fenced, at).toBe(fault === undefined);
        expect(made.world.hosts[0]?.at, at).toBe(fault === undefined ? "new" : "old");
      }
  });
});
