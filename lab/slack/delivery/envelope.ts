/** What Slack sends to an app: a command, something that a person pressed or filled in, or an event. */
export type Envelope = {
  id: string;
  type: "slash_commands" | "interactive" | "events_api";
  payload: Record<string, unknown>;
  /** Which repetition this is; absent for the first delivery. */
  retry?: { attempt: number; reason: string };
};

/** The app was not reached, or answered with an error. */
export class DispatchFailed extends Error {}

/** Brings an envelope to the app; resolves with what its acknowledgement carried, rejects with DispatchFailed. */
export type Transport = (envelope: Envelope, options: { signal: AbortSignal; signature?: "wrong" | "old" }) => Promise<unknown>;
