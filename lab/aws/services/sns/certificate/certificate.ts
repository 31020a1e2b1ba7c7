import { createHash, randomBytes, sign, type KeyObject } from "node:crypto";
import { bits, der, identifier, integer, octets, sequence, tagged, text, time, yes } from "./der.ts";

/** What a certificate says: whose key it is, who says so, for how long, for which host; without a host it is an authority's. */
export type Statement = {
  subject: string;
  publicKey: KeyObject;
  issuer: { subject: string; publicKey: KeyObject; privateKey: KeyObject };
  from: Date;
  to: Date;
  host?: string;
};

/** ecdsa-with-SHA256 (RFC 5758); authorities here have keys on P-256, which are made in a millisecond. */
const ECDSA_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));

/** A certificate of X.509 version 3 in PEM, signed by its issuer's key, which is one on an elliptic curve. */
export function certificateOf(statement: Statement): string {
  const { subject, publicKey, issuer, from, to } = statement;
  const said = sequence(
    tagged(0, integer(2n)),
    integer(BigInt(`0x7f${randomBytes(15).toString("hex")}`)),
    ECDSA_SHA256,
    nameOf(issuer.subject),
    sequence(time(from), time(to)),
    nameOf(subject),
    spkiOf(publicKey),
    tagged(3, sequence(...extensionsOf(statement))),
  );
  const signature = sign("sha256", said, issuer.privateKey);
  const base64 = sequence(said, ECDSA_SHA256, bits(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: "spki", format: "der" });

/** One common name. */
const nameOf = (common: string): Buffer => sequence(der(0x31, sequence(identifier("2.5.4.3"), text(common))));

const keyIdOf = (key: KeyObject): Buffer => createHash("sha1").update(spkiOf(key)).digest();

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(identifier(id), ...(critical ? [yes()] : []), octets(value));

function extensionsOf({ publicKey, issuer, host }: Statement): Buffer[] {
  const own = extension("2.5.29.14", octets(keyIdOf(publicKey)));
  const issuers = extension("2.5.29.35", sequence(der(0x80, keyIdOf(issuer.publicKey))));
  if (host === undefined) {
    const authority = extension("2.5.29.19", sequence(yes()), true);
    // keyCertSign and cRLSign.
    return [authority, extension("2.5.29.15", bits(Buffer.from([0b0000_0110]), 1), true), own, issuers];
  }
  return [
    extension("2.5.29.19", sequence(), true),
    // digitalSignature and keyEncipherment; for a server's TLS.
    extension("2.5.29.15", bits(Buffer.from([0b1010_0000]), 5), true),
    extension("2.5.29.37", sequence(identifier("1.3.6.1.5.5.7.3.1"))),
    extension("2.5.29.17", sequence(der(0x82, Buffer.from(host)))),
    own,
    issuers,
  ];
}
