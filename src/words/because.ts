import { reasonsEn } from "./reasons-en.ts";

/** What something that was asked for by name is; the catalogue says it in words. */
export type Asked =
  | "lightsail-database"
  | "lightsail-instance"
  | "rds-database"
  | "ec2-instance"
  | "managed-node"
  | "document"
  | "role"
  | "metric"
  | "setting";

/** Every reason why something could not be seen, with its arguments. The catalogue has a sentence for each, in every language. */
export type Reasons = {
  // What came back from a host
  hostUnreachable: [because: Because];
  programMissing: [program: string];
  noFolder: [];
  printedNothing: [];
  notHostScript: [];
  otherScriptVersion: [];
  checksumDiffers: [];
  notDecompressed: [];
  cutAt: [bytes: number, of: number];
  // What one step returned
  lostOldest: [];
  cutOff: [];
  timedOut: [seconds: number];
  missing: [];
  notRun: [];
  noParser: [];
  endedWith: [exitCode: number];
  cutAway: [];
  emptyOutput: [];
  wasCut: [];
  unreadable: [firstLine: string];
  noNewline: [];
  needsKernel: [];
  configEndMissing: [];
  lastLineCut: [];
  journalCut: [];
  noOwnTimes: [];
  onlySinceBoot: [];
  // The database's own view
  noDatabaseAccess: [];
  recordedOnly: [];
  variableUnset: [name: string];
  /** A repair has led the application to another database. */
  notLedOver: [variable: string, to: string];
  // Metrics
  noMetrics: [];
  noMetricFiles: [dir: string];
  noMetricsInCase: [];
  noSeries: [];
  noPoints: [];
  // The time after a change
  onlyBeforeChange: [];
  noRequests: [];
  lookCameToNothing: [];
  unreadableSeries: [names: readonly string[]];
  unreadSeries: [names: readonly string[], because: Because];
  // Systems Manager: hosts and commands
  /** `silentMs`: how long ago its agent was last heard, where that is known. */
  hostOffline: [silentMs?: number];
  hostUnknown: [];
  /** `version`: what it is, where that is known. */
  agentTooOld: [version?: string];
  undelivered: [];
  deliveryTimedOut: [seconds: number];
  executionTimedOut: [seconds: number];
  cancelled: [];
  commandFailed: [exitCode: number, firstLine: string];
  outputTruncated: [];
  documentMissing: [name: string];
  documentDiffers: [name: string, version: string];
  /** A value of the configuration that the document's patterns do not let through. */
  valueNotAllowed: [name: string, value: string];
  /** Each tag as `name=value`. */
  noHostsByTags: [tags: readonly string[]];
  // AWS itself
  permissionMissing: [action: string, resource?: string];
  /** A policy's conditions look at what could not be told to IAM's simulation. */
  notSimulated: [action: string, resource: string];
  throttled: [service: string];
  awsUnreachable: [service: string, seconds: number];
  awsRefused: [service: string, code: string, message: string];
  credentialsMissing: [];
  credentialsExpired: [];
  regionWrong: [region?: string];
  clockOff: [service: string];
  notThere: [what: Asked, name: string];
  // Several of these at once
  several: [each: readonly Because[]];
};

/** Why something could not be seen: a reason with its arguments, told in any language; or what a program said itself, which stays as it is. */
export type Because = { [R in keyof Reasons]: { reason: R; args: Reasons[R] } }[keyof Reasons] | { said: string };

type Told<Args extends readonly unknown[]> = {
  [I in keyof Args]: Args[I] extends Because ? string : Args[I] extends readonly Because[] ? readonly string[] : Args[I];
};

/** The sentences of one language: what is a reason itself arrives as its words. */
export type ReasonWords = { readonly [R in keyof Reasons]: (...args: Told<Reasons[R]>) => string };

/** A reason by its name, with its arguments: `reason("timedOut", 8)`. */
export function reason<R extends keyof Reasons>(name: R, ...args: Reasons[R]): Because {
  return { reason: name, args } as unknown as Because;
}

/** What a program or a library said itself, in its own words. */
export function said(words: string): Because {
  return { said: words };
}

/** A reason in the words of a language. */
export function tellBecause(words: ReasonWords, because: Because): string {
  if ("said" in because) return because.said;
  const tell = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(tell) : typeof value === "object" && value !== null ? tellBecause(words, value as Because) : value;
  const sentence = words[because.reason] as (...args: unknown[]) => string;
  return sentence(...because.args.map(tell));
}

/** An error whose message is a reason, so that it can be told in any language; its own message is English, for logs. */
export class Unseen extends Error {
  readonly because: Because;
  constructor(because: Because, options?: ErrorOptions) {
    super(tellBecause(reasonsEn, because), options);
    this.because = because;
  }
}

/** Why something threw: its reason where it has one, else the words of the error. */
export function becauseOf(error: unknown): Because {
  if (error instanceof Unseen) return error.because;
  return said(error instanceof Error ? error.message : String(error));
}
