import { ask } from "./ask.ts";
import type { Settings } from "./access.ts";
import type { Clock } from "./clock.ts";
import { AwsFailure } from "./failures.ts";

type Identity = { accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date };

/** Where a client gets credentials from, as the SDK asks; `forceRefresh` wants new ones, whatever the clock says. */
export type Credentials = (how?: { forceRefresh?: boolean }) => Promise<Identity>;

/** How CloudTrail shows what was done with a role: the session's name, whose wish it was, and for how long its credentials hold. */
export type Session = { name: string; sourceIdentity?: string; durationS?: number };

/** The session under which CloudTrail shows what was looked at. */
const LOOKS: Session = { name: "gumshoe-diagnose" };

/** New credentials are fetched this long before the old ones end, so that none ends in the middle of a look. */
const MARGIN_MS = 5 * 60_000;

/** Fetching credentials may take this long, with all its attempts. */
const LIMIT_MS = 30_000;

/** The credentials of a role, fetched when they are first needed and again before they end; all clients share them. */
export function assumedRole(role: string, settings: Settings, clock: Clock, session: Session = LOOKS): Credentials {
  let held: { identity: Promise<Identity>; until: number } | undefined;
  return async ({ forceRefresh = false } = {}) => {
    if (held && !forceRefresh && clock.now().getTime() < held.until) return held.identity;
    const identity = assume({ role, session }, settings, clock);
    const mine = { identity, until: Infinity };
    held = mine;
    identity.then(
      ({ expiration }) => (mine.until = (expiration?.getTime() ?? Infinity) - MARGIN_MS),
      () => (mine.until = 0),
    );
    return identity;
  };
}

/** For how long the credentials of a role hold where nobody asks for another time (STS, AssumeRole). */
const USUAL_S = 3_600;

/** When credentials end by this machine's own clock: where that is off, by the time that they were asked for. */
function expirationOf(told: Date, askedAt: Date, { durationS = USUAL_S }: Session): Date {
  const own = askedAt.getTime() + durationS * 1000;
  return Math.abs(told.getTime() - own) > MARGIN_MS ? new Date(own) : told;
}

async function assume({ role, session }: { role: string; session: Session }, settings: Settings, clock: Clock): Promise<Identity> {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const sts = new STSClient(settings);
  const wanted = new AssumeRoleCommand({
    RoleArn: role,
    RoleSessionName: session.name,
    ...(session.sourceIdentity === undefined ? {} : { SourceIdentity: session.sourceIdentity }),
    ...(session.durationS === undefined ? {} : { DurationSeconds: session.durationS }),
  });
  const askedAt = clock.now();
  const { Credentials: told } = await ask({ region: settings.region, clock }, sts, wanted, { signal: AbortSignal.timeout(LIMIT_MS) });
  sts.destroy();
  if (!told?.AccessKeyId || !told.SecretAccessKey)
    throw new AwsFailure({ reason: "credentialsMissing", args: [] }, { code: "NoCredentials", kind: "refused" });
  return {
    accessKeyId: told.AccessKeyId,
    secretAccessKey: told.SecretAccessKey,
    ...(told.SessionToken === undefined ? {} : { sessionToken: told.SessionToken }),
    ...(told.Expiration === undefined ? {} : { expiration: expirationOf(told.Expiration, askedAt, session) }),
  };
}
