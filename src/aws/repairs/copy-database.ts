import type { CopyDatabase, CopyWish } from "../../remediation/actions/copy/host.ts";
import { reason } from "../../words/because.ts";
import { findNodes } from "../ssm/nodes.ts";
import { endOf, lookBy, ordersOverSsm, type OverSsm, type Program } from "./host-orders.ts";
import { readCopy } from "./read-copy.ts";

/** Where a host finds a login in a file: a URL, or a password for `user`. */
type InFile = { envFile: string; key: string; user?: string | undefined };

/** What the configuration says of copying. */
export type CopySettings = {
  host: string;
  /** Left out where the application administers its own database, which is set aside then. */
  administrator?: InFile | undefined;
  reader?: InFile | undefined;
  application: InFile;
  sslmode?: string | undefined;
};

/** Copying a database on a host that SSM reaches, by registered documents alone: one for looking, and one that begins, ends and undoes. */
export function copiesOverSsm(over: OverSsm, settings: CopySettings, wish: CopyWish): CopyDatabase {
  const values = valuesOf(settings, wish);
  const program: Program = { changes: "copy-database", looks: "look-copy", values: ({ verb }) => ({ verb, ...values }), read: readCopy };
  return {
    ...ordersOverSsm(over, program),
    values,
    look: async (signal) => {
      const all = await findNodes(over.looks, over.hosts, { parameters: true, signal });
      const node = all.find(({ id, label }) => id === settings.host || label === settings.host);
      if (!node) return { host: settings.host, unreachable: reason("hostUnknown") };
      const on = { host: node.label, node: node.id };
      return node.unfit ? { ...on, unreachable: node.unfit } : on;
    },
    check: async (node, signal) => {
      const looking = { plan: "", verb: "check", sums: "" };
      return endOf((await lookBy(over, { program, looking, ids: [node] }, signal)).get(node), readCopy);
    },
  };
}

/** None of it is a password: the host finds each by itself. */
function valuesOf(settings: CopySettings, wish: CopyWish): Record<string, string> {
  const { application, administrator = application, reader = administrator, sslmode } = settings;
  const { id, mode, source, target, scratch, expectedS } = wish;
  return {
    id,
    mode,
    source: source ?? "",
    sourceLogin: inFile(mode === "rehearse" ? reader : administrator),
    target: target.address,
    targetLogin: target.secret,
    appLogin: inFile(application),
    scratch: scratch ?? "",
    sslmode: sslmode === undefined ? "" : "require",
    expectedS: expectedS === undefined ? "" : String(expectedS),
  };
}

function inFile({ envFile, key, user }: InFile): string {
  return `${user === undefined ? "" : `${user}@`}${envFile}:${key}`;
}
