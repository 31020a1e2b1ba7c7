import { scopesFor, type Method, type Scope } from "../../../src/slack/contract/scopes.ts";
import type { Backstage } from "../backstage.ts";
import type { Channel } from "../workspace.ts";
import { ApiError, type Args } from "./arguments.ts";

/** Whose token a call carries. */
type TokenKind = "bot" | "app" | "none" | "unknown";

type Carried = { kind: TokenKind; inHeader: boolean };

/** Find the token of a call, in its header or among its arguments. */
export function tokenOf(authorization: string | undefined, args: Args, { tokens }: Backstage): Carried {
  const bearer = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  const given = bearer ?? (typeof args["token"] === "string" ? args["token"] : undefined);
  const kind = given === undefined || given === "" ? "none" : given === tokens.bot ? "bot" : given === tokens.app ? "app" : "unknown";
  return { kind, inHeader: bearer !== undefined };
}

/** Refuse a call whose token is missing, wrong, revoked, or not for this method. */
export function checkToken(method: Method, { kind, inHeader }: Carried, { faults }: Backstage): void {
  if (method === "blocks.validate") return;
  if (kind === "none") throw new ApiError("not_authed");
  if (kind === "unknown") throw new ApiError("invalid_auth");
  const refusal = faults.refusalOf(kind);
  if (refusal !== undefined) throw new ApiError(refusal);
  const wanted = method === "apps.connections.open" ? "app" : "bot";
  if (kind !== wanted && method !== "auth.test") throw new ApiError("not_allowed_token_type");
  if (wanted === "app" && !inHeader) throw new ApiError("not_authed");
}

/** What the bot was allowed when it was installed. */
export function grantedScopes({ manifest }: Pick<Backstage, "manifest">): readonly Scope[] {
  const { bot, bot_optional } = manifest.oauth_config.scopes;
  return [...bot, ...(bot_optional ?? [])];
}

/** Refuse a call that the manifest's scopes do not cover, for the kind of conversation where it matters. */
export function checkScopes(method: Method, channel: Channel | undefined, backstage: Backstage): void {
  const granted = grantedScopes(backstage);
  const kind = channel && (channel.isIm ? "im" : channel.isPrivate ? "private" : "public");
  const needed = scopesFor(method, kind);
  if (needed.length === 0 || needed.some((scope) => granted.includes(scope))) return;
  throw new ApiError("missing_scope", { needed: needed.join(","), provided: granted.join(",") });
}
