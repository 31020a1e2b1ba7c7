import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { certificateOf } from "./certificate.ts";

/** Who signs what SNS sends in a region: a certificate of SNS's host, by a root of its own, and the key that belongs to it. */
export type Authority = {
  /** The root's certificate in PEM: whoever trusts it trusts what is signed here, and nobody else does. */
  root: string;
  /** SNS's certificate in PEM, its issuer's after it. */
  chain: string;
  /** Where SNS offers it: `https://sns.<region>.amazonaws.com/SimpleNotificationService-<32 hex digits>.pem`. */
  url: string;
  /** A signature in base64: SHA-1 for version 1, SHA-256 for version 2. */
  sign: (text: string, version: SignatureVersion) => string;
};

/** The two ways in which SNS signs. */
export type SignatureVersion = "1" | "2";

const VALID = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2045-01-01T00:00:00Z") };

/** The host that SNS answers at in a region. */
export const snsHost = (region: string): string => `sns.${region}.amazonaws.com`;

/** A root that nobody else has, and SNS's certificate by it. `valid` says for how long, where not for all of the lab's time. */
export function newAuthority(region: string, valid: { from: Date; to: Date } = VALID): Authority {
  const root = { subject: "Local AWS Root CA", ...generateKeyPairSync("ec", { namedCurve: "P-256" }) };
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rootPem = certificateOf({ subject: root.subject, publicKey: root.publicKey, issuer: root, ...VALID });
  const host = snsHost(region);
  const leaf = certificateOf({ subject: host, publicKey, issuer: root, host, ...valid });
  const name = createHash("md5").update(leaf).digest("hex");
  return {
    root: rootPem,
    chain: leaf + rootPem,
    url: `https://${host}/SimpleNotificationService-${name}.pem`,
    sign: (text, version) => sign(version === "1" ? "sha1" : "sha256", Buffer.from(text), privateKey).toString("base64"),
  };
}

const known = new Map<string, Authority>();

/** The one authority of a region in this process, made when it is first needed: a key takes a tenth of a second. */
export function authorityOf(region: string): Authority {
  const authority = known.get(region) ?? newAuthority(region);
  known.set(region, authority);
  return authority;
}
