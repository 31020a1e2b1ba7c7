import { generateKeyPairSync, X509Certificate, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { certificateOf } from "../../../../../lab/aws/services/sns/certificate/certificate.ts";
import { brokenChain, certificatesIn } from "../../../../../src/aws/alarms/sns/certificate/chain.ts";
import { issuerAddress } from "../../../../../src/aws/alarms/sns/certificate/signing-certificates.ts";

type Party = { subject: string; publicKey: KeyObject; privateKey: KeyObject; certificate: X509Certificate };

const LONG = { from: new Date("2020-01-01T00:00:00Z"), to: new Date("2045-01-01T00:00:00Z") };
const NOW = new Date("2026-11-26T02:00:00Z");

/** A party with a certificate by another, or by itself. */
function party(subject: string, by?: Party, { valid = LONG, host }: { valid?: typeof LONG; host?: string } = {}): Party {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = by ?? { subject, ...keys };
  const pem = certificateOf({ subject, publicKey: keys.publicKey, issuer, ...valid, ...(host === undefined ? {} : { host }) });
  return { subject, ...keys, certificate: new X509Certificate(pem) };
}

const root = party("Root");
const middle = party("Middle", root);
const leaf = party("sns.amazonaws.com", middle, { host: "sns.amazonaws.com" });

const broken = async (
  of: X509Certificate,
  { beside = [] as Party[], roots = [root], fetched = undefined as Party | undefined, now = NOW } = {},
) =>
  brokenChain(
    of,
    {
      beside: beside.map(({ certificate }) => certificate),
      roots: roots.map(({ certificate }) => certificate),
      fetchIssuer: async () => fetched?.certificate,
    },
    now,
  );

test("a chain leads to a trusted root, whether its issuer came along or was fetched", async () => {
  expect(await broken(leaf.certificate, { beside: [middle] })).toBeUndefined();
  expect(await broken(leaf.certificate, { beside: [root, leaf, middle] })).toBeUndefined();
  expect(await broken(leaf.certificate, { fetched: middle })).toBeUndefined();
  expect(await broken(party("sns.amazonaws.com", root, { host: "sns.amazonaws.com" }).certificate)).toBeUndefined();
});

test("a chain that leads to no trusted root says where it ends", async () => {
  const past = { from: new Date("2020-01-01"), to: new Date("2021-01-01") };
  const twin = party("Middle", party("Root"));
  const noAuthority = party("sns.amazonaws.com", root, { host: "sns.amazonaws.com" });
  expect(await broken(leaf.certificate)).toBe("its issuer is not known");
  expect(await broken(leaf.certificate, { beside: [middle], roots: [] })).toBe("its issuer is not known");
  // A name alone is no issuer: the key must have signed it.
  expect(await broken(leaf.certificate, { beside: [twin] })).toBe("its issuer is not known");
  expect(await broken(leaf.certificate, { fetched: twin })).toBe("it was not issued by the issuer that it names");
  expect(await broken(party("sns.amazonaws.com", noAuthority, { host: "sns.amazonaws.com" }).certificate, { beside: [noAuthority] })).toBe(
    "its issuer is not known",
  );
  expect(await broken(party("x", middle, { valid: past }).certificate, { beside: [middle] })).toBe("the certificate is not in force");
  const spent = party("Spent", root, { valid: past });
  expect(await broken(party("x", spent).certificate, { beside: [spent] })).toBe("an issuer's certificate is not in force");
  expect(await broken(leaf.certificate, { beside: [middle], now: new Date("2019-01-01") })).toBe("the certificate is not in force");
});

test("a certificate that vouches for itself, or a chain without an end, is not trusted", async () => {
  expect(await broken(party("Own").certificate)).toBe("its issuer is not known");
  const chain = [root];
  for (let nth = 0; nth < 6; nth++) chain.push(party(`Middle ${nth}`, chain.at(-1)));
  expect(await broken(party("x", chain.at(-1)).certificate, { beside: chain.slice(1) })).toBe("its chain is too long");
});

test("certificates are read out of a text in their order, and what is none is left out", () => {
  const text = `${leaf.certificate.toString()}-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n${middle.certificate.toString()}`;
  expect(certificatesIn(text).map(({ subject }) => subject)).toEqual(["CN=sns.amazonaws.com", "CN=Middle"]);
  expect(certificatesIn("<html>")).toEqual([]);
});

test("an issuer is fetched from Amazon's own place only", () => {
  const access = (address: string) => issuerAddress(`OCSP - URI:http://ocsp.r2m01.amazontrust.com\nCA Issuers - URI:${address}`);
  expect(access("http://crt.r2m01.amazontrust.com/r2m01.cer")).toBe("http://crt.r2m01.amazontrust.com/r2m01.cer");
  expect(access("http://crt.amazontrust.com.evil.example/r2m01.cer")).toBeUndefined();
  expect(access("http://169.254.169.254/latest/meta-data")).toBeUndefined();
  expect(issuerAddress(undefined)).toBeUndefined();
});
