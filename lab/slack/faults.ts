/** A fault that befalls Web API calls: all of them, or those of a method, or for a channel. */
export type CallFault = {
  method?: string;
  channel?: string;
  /** Waits so long before anything else. */
  delayMs?: number;
  /** Ends after so many calls; without it, when it is removed. */
  times?: number;
} & (
  | { kind: "rate-limited"; retryAfterS?: number }
  /** "before": nothing was done; "after": it was done, and the answer is lost. */
  | { kind: "http-before" | "http-after"; status?: number }
  | { kind: "reset-before" | "reset-after" }
  | { kind: "hang-before" | "hang-after" }
  | { kind: "refused"; error: string }
  | { kind: "slow"; delayMs: number }
);

/** A fault that befalls what Slack sends to the app. */
export type DeliveryFault = { type?: "slash_commands" | "interactive" | "events_api"; times?: number } &
  /** Sent twice; as a retry, or as if it were new. */
  (
    | { kind: "duplicate"; envelope: "same" | "new"; retryAttempt?: 0 | 1 }
    /** The person's 3 s run, but the app hears later. */
    | { kind: "late"; delayMs: number }
    /** The app never hears of it. */
    | { kind: "lost" }
    /** The app hears and acknowledges, Slack does not hear that. */
    | { kind: "lost-ack" }
    /** HTTP mode: not signed by Slack, or signed ten minutes ago. */
    | { kind: "wrong-signature" | "old-signature" }
  );

/** A fault of the place that sockets and uploads live in. */
type PlaceFault = { times?: number } & (
  | { kind: "slow-hello"; delayMs: number }
  /** An upload that is accepted and never becomes ready nor is shared. */
  | { kind: "upload-never-shares" }
);

/** Why Slack ends a socket. */
export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

/** What sockets can do to the app; the server's sockets stand behind it. */
type SocketFaults = {
  /** Say goodbye to the oldest sockets, one by default, with a reason. */
  disconnect: (reason: DisconnectReason, sockets?: number) => void;
  /** Cut the TCP connections of all sockets, without a word. */
  terminate: () => void;
  /** The sockets that are open now go silent for good: no pong, no payload read or heard. */
  silence: () => void;
};

/** Everything that can go wrong at Slack, to inject by tests and in the demo. */
export type SlackFaults = SocketFaults & {
  /** Returns the function that takes the fault away. */
  add: (fault: CallFault | DeliveryFault | PlaceFault) => () => void;
  /** From now on the token is refused with that error; returns the function that makes it good again. */
  revoke: (token: "bot" | "app", error?: "token_revoked" | "account_inactive" | "invalid_auth") => () => void;
};

/** The faults as the server asks for them; asking uses up one of a fault's times. */
export type FaultBook = SlackFaults & {
  ofCall: (method: string, channel: string) => CallFault | undefined;
  ofDelivery: (type: string, kind: DeliveryFault["kind"]) => DeliveryFault | undefined;
  ofPlace: (kind: PlaceFault["kind"]) => PlaceFault | undefined;
  refusalOf: (token: "bot" | "app") => string | undefined;
};

type Fault = CallFault | DeliveryFault | PlaceFault;

const CALL_KINDS = new Set<Fault["kind"]>([
  "rate-limited",
  "http-before",
  "http-after",
  "reset-before",
  "reset-after",
  "hang-before",
  "hang-after",
  "refused",
  "slow",
]);

/** An empty book of faults over a server's sockets. */
export function createFaults(sockets: SocketFaults): FaultBook {
  const standing = new Map<Fault, number>();
  const refusals = new Map<"bot" | "app", string>();
  const use = (fits: (fault: Fault) => boolean): Fault | undefined => {
    const fault = [...standing.keys()].find(fits);
    if (fault === undefined) return undefined;
    const left = (standing.get(fault) ?? 1) - 1;
    if (left > 0) standing.set(fault, left);
    else standing.delete(fault);
    return fault;
  };
  return {
    ...sockets,
    add: (fault) => {
      const own = { ...fault };
      standing.set(own, own.times ?? Number.POSITIVE_INFINITY);
      return () => void standing.delete(own);
    },
    revoke: (token, error = "token_revoked") => {
      refusals.set(token, error);
      return () => void refusals.delete(token);
    },
    refusalOf: (token) => refusals.get(token),
    ofCall: (method, channel) => use((fault) => isCallFault(fault) && befalls(fault, method, channel)) as CallFault | undefined,
    ofDelivery: (type, kind) =>
      use((fault) => (fault.kind === kind && "type" in fault ? fault.type === type : fault.kind === kind)) as DeliveryFault | undefined,
    ofPlace: (kind) => use((fault) => fault.kind === kind) as PlaceFault | undefined,
  };
}

function isCallFault(fault: Fault): fault is CallFault {
  return CALL_KINDS.has(fault.kind);
}

function befalls({ method, channel }: CallFault, called: string, where: string): boolean {
  return (method === undefined || method === called) && (channel === undefined || channel === where);
}
