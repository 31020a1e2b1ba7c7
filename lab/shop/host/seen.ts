import type { Pids } from "../app/application.ts";
import type { ServiceState } from "../app/service.ts";

/** What the shop's host consists of at a moment; the texts that its programs print are made of it. */
export type Seen = {
  now: Date;
  bootedAt: Date;
  pids: Pids;
  gunicorn: Pick<ServiceState, "active">;
  ports: { site: number; app: number; database: number };
  /** Connections that no worker has taken yet. */
  backlog: number;
  /** The newest shares of all processors that the host's processes used, two a second, in percent. */
  hostCpu: readonly number[];
  folders: { app: string; caddyfile: string };
};
