import type { Manifest } from "../../src/slack/contract/manifest.ts";
import type { Clock } from "../clock.ts";
import type { ResponseUrls } from "./delivery/response-urls.ts";
import type { Triggers } from "./delivery/triggers.ts";
import type { FaultBook } from "./faults.ts";
import type { WritableWorkspace } from "./workspace.ts";

/** What the app was given when it was installed. */
export type Tokens = { bot: string; app: string; signingSecret: string };

/** One call of the Web API: what was asked with which token, and what came of it. */
export type ApiCall = {
  method: string;
  args: Record<string, unknown>;
  token: "bot" | "app" | "none" | "unknown";
  at: Date;
  /** The HTTP status; 0 where the answer never came. */
  status: number;
  error?: string;
};

/** What the parts of the local Slack share. */
export type Backstage = {
  clock: Clock;
  workspace: WritableWorkspace;
  manifest: Manifest;
  mode: "socket" | "http";
  tokens: Tokens;
  faults: FaultBook;
  calls: ApiCall[];
  triggers: Triggers;
  responseUrls: ResponseUrls;
  /** The server's own address, without a slash at its end. */
  url: () => string;
  /** The address that a new socket connects to. */
  socketUrl: () => string;
  /** Aborted when the server stops: ends whatever waits. */
  closing: AbortSignal;
};
