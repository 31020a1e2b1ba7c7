import { appException } from "./app-exception.ts";
import { appOom } from "./app-oom.ts";
import { appServerDown } from "./app-server-down.ts";
import { badDeploy } from "./bad-deploy.ts";
import { dbAuthFailed } from "./db-auth-failed.ts";
import { dbConnectTimeout } from "./db-connect-timeout.ts";
import { dbConnectionsExhausted } from "./db-connections-exhausted.ts";
import { dbDiskSaturated } from "./db-disk-saturated.ts";
import { dbHungListener } from "./db-hung-listener.ts";
import { dbUnreachable } from "./db-unreachable.ts";
import { dnsFailure } from "./dns-failure.ts";
import type { Fault } from "./fault.ts";
import { healthy } from "./healthy.ts";
import { hostDiskFull } from "./host-disk-full.ts";
import { lockContention } from "./lock-contention.ts";
import { proxyMisconfigured } from "./proxy-misconfigured.ts";
import { slowQueryMissingIndex } from "./slow-query-missing-index.ts";
import { taskQueueBacklog } from "./task-queue-backlog.ts";
import { upstreamApiSlow } from "./upstream-api-slow.ts";

/** The healthy host and the failures of an ordinary run, in their order: what leaves no failing request comes before what does. */
export const ORDINARY: readonly Fault[] = [
  healthy,
  slowQueryMissingIndex,
  dbDiskSaturated,
  dbConnectTimeout,
  dbUnreachable,
  dbConnectionsExhausted,
  lockContention,
  appOom,
  appServerDown,
  badDeploy,
  appException,
];

/** Further failures, induced with `--all` or by name. */
export const FURTHER: readonly Fault[] = [
  dbAuthFailed,
  proxyMisconfigured,
  dnsFailure,
  dbHungListener,
  taskQueueBacklog,
  upstreamApiSlow,
  hostDiskFull,
];
