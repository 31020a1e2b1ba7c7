import type { Because } from "../../../words/because.ts";
import type { Plan } from "../../plan.ts";

/*
 * Words of this room: the old address is left, the new one is gone to. A line is the one assignment in an environment file that names the address;
 * it is told with user and password as `***`, and its keyed hash stands for it. Whoever uses the address is a consumer. The fence is what keeps the
 * application out of the old database, by its login or by another name (docs/copy.md): while it is up, no host that still has the old address can write there.
 */

/** From which database to which, `host:port` each; `sslmode` where the line is to ask for it. */
export type Endpoint = { from: string; to: string; sslmode?: string };

/** One line that changes; `odd` says why the program will not touch it. The hashes are HMACs of the real line under the plan's own key. */
export type SeenLine = {
  path: string;
  key: string;
  number: string;
  kind: string;
  names: string;
  before: string;
  after: string;
  hash: string;
  hashAfter: string;
  odd?: string;
};

/** An environment file, and the checksums it has and is to have. `named` is the path as the configuration has it. */
type SeenFile = { path: string; named: string; sha256: string; sha256After: string; owner: string; mode: string };

/** Who uses the old address on a host, and how: `file` by a given file, `other` by another one, `itself` by its own definition. */
type SeenUse = { name: string; uses: string; path?: string; state?: string };

/** A process that knows the old address; `unit` is empty where it belongs to none. */
type SeenProcess = { pid: string; unit: string; how: string; name: string };

/** What one host tells. */
export type SeenHost = {
  lines: readonly SeenLine[];
  files: readonly SeenFile[];
  units: readonly SeenUse[];
  processes: readonly SeenProcess[];
  cron: readonly SeenUse[];
  /** Other files below /etc that name the old address. */
  others: readonly string[];
  addresses: readonly string[];
  notes: readonly string[];
};

/** One host, or why nothing is known of it. */
export type HostLook = { host: string; node: string } & ({ seen: SeenHost } | { unreachable: Because });

/** A host that was seen. */
export type SeenOn = { host: string; node: string; seen: SeenHost };

/** What a host is told to do, by the program of a switch or (`start`, `stop`, `unfence`) by that of a copy, and what only looks. */
export type ChangingVerb = "stage" | "rest" | "switch" | "back" | "wake" | "unfence" | "start" | "stop";
type LookingVerb = "check" | "prove" | "status";

/** One order to one host; `sums` are its files' checksums, `word` is what its command is known by. */
export type Order = {
  plan: Pick<Plan, "id" | "incident">;
  document: SwitchDocument;
  verb: ChangingVerb;
  node: string;
  sums: string;
  word: string;
};

/** A look at one host, for the same plan. */
export type Looking = { plan: Pick<Plan, "id">; verb: LookingVerb; node: string; sums: string };

/** A registered document that changes hosts: the version that was compared, and AWS's hash of it where that is known. */
export type SwitchDocument = { name: string; version: string; hash?: string };

/** A command that was sent to one host. */
export type SentOrder = { commandId: string; sentAt: string };

/** What the program came to: `done`, or not, with its own sentence; or why nothing is known of it. */
export type HostEnd =
  | { result: "done"; says: Readonly<Record<string, string>> }
  | { result: "failed"; because: string }
  | { unreachable: Because };

/**
 * What the copy says that was made before: whether it can be used, and whether nothing was written to the old database since. `aside` is the name under which
 * that one was set aside.
 */
export type CopyProof = { id: string; fingerprint: string; holds: true; aside?: string } | { id: string; holds: false; because: Because };

/** Orders to hosts, one at a time and by one registered document that changes, and looks by one that only reads. */
export type HostOrders = {
  document: (signal: AbortSignal) => Promise<SwitchDocument>;
  /** Sends an order, once. Throws a NotDone where it surely was not taken, and anything else where nobody knows. */
  send: (order: Order, signal: AbortSignal) => Promise<SentOrder>;
  find: (order: Order, since: Date, signal: AbortSignal) => Promise<SentOrder | undefined>;
  ended: (sent: SentOrder, node: string, signal: AbortSignal) => Promise<"running" | HostEnd>;
  /** Looks at one host for a plan that is under way. */
  ask: (looking: Looking, signal: AbortSignal) => Promise<HostEnd>;
  now: () => Date;
};

/** What switching needs of hosts, of the old database and of the copy. */
export type SwitchEndpoint = HostOrders & {
  /** Every host of the environment. */
  look: (planId: string, signal: AbortSignal) => Promise<readonly HostLook[]>;
  /** Addresses of clients that the old database has now, `local` for one without; nothing where nobody can look behind its fence. */
  clientsOf: (signal: AbortSignal) => Promise<readonly string[] | undefined>;
  /** Whether the copy and its fence hold; nothing where no copy is configured. */
  proveCopy: ((signal: AbortSignal) => Promise<CopyProof>) | undefined;
  /** The host on which the copy ran, and can be undone. */
  copyHost: string | undefined;
  /** What the document is given, but for the verb and the key of the hashes. */
  values: (planId: string, sums: string) => Readonly<Record<string, string>>;
};
