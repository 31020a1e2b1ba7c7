import { X509Certificate } from "node:crypto";
import { getCACertificates, rootCertificates } from "node:tls";
import { wordsOf } from "../../intake.ts";
import { brokenChain, certificatesIn, inForce } from "./chain.ts";
import { Refusal } from "../refusal.ts";
import { addressAt, placeOf, signersAt, type Place } from "../sns-place.ts";

/** Certificates that are kept; only good ones are. SNS has few, and changes them once or twice a year. */
const KEPT = 200;

/** A fetch may take this long and bring so much: a certificate has 2 KB. */
const LIMITS = { ms: 5_000, bytes: 64 * 1024 };

/** The bits below which a key is not trusted. */
const KEY_BITS = 2_048;

/** Where Amazon's own issuers are fetched from: a signing certificate comes without them. Plain http is theirs; what comes is checked by its signatures. */
const ISSUER = /^CA Issuers - URI:(http:\/\/crt\.(?:[a-z0-9-]+\.)?amazontrust\.com\/[\w.-]+)$/m;

/** The roots that are trusted where none are given: Node's own, and those of NODE_EXTRA_CA_CERTS. */
export function trustedRoots(): string[] {
  return [...rootCertificates, ...getCACertificates("extra")];
}

type Given = { fetch: typeof globalThis.fetch; roots: readonly string[]; now: () => Date };

/** Tells the signing certificate of an envelope, checked: from SNS in the topic's region, for SNS, in force, issued by a trusted root. Throws a Refusal. */
export function signingCertificates(given: Given): (from: { SigningCertURL: string; TopicArn: string }) => Promise<X509Certificate> {
  const roots = given.roots.flatMap(certificatesIn);
  const good = new Map<string, X509Certificate>();
  const fetching = new Map<string, Promise<X509Certificate>>();
  return async ({ SigningCertURL, TopicArn }) => {
    const place = placeOf(TopicArn);
    const url = addressAt(place, SigningCertURL, "its certificate is not at SNS in the topic's region");
    if (!/^\/[\w.-]+\.pem$/.test(url.pathname) || url.search !== "")
      throw new Refusal("its certificate is not at SNS in the topic's region", { detail: { path: url.pathname.slice(0, 200) } });
    const known = good.get(url.href);
    if (known && inForce(known, given.now())) return known;
    const asked = fetching.get(url.href) ?? certificateAt(url, place, { ...given, roots }).finally(() => fetching.delete(url.href));
    fetching.set(url.href, asked);
    const certificate = await asked;
    good.delete(url.href);
    good.set(url.href, certificate);
    for (const [oldest] of good) if (good.size > KEPT) good.delete(oldest);
    return certificate;
  };
}

async function certificateAt(
  url: URL,
  place: Place,
  { fetch, roots, now }: Omit<Given, "roots"> & { roots: readonly X509Certificate[] },
): Promise<X509Certificate> {
  const pem = await fetched(fetch, url).catch((error: unknown) => {
    throw new Refusal("its certificate cannot be fetched", { status: 503, detail: { why: wordsOf(error) }, cause: error });
  });
  const [leaf, ...beside] = certificatesIn(pem.toString("latin1"));
  // SNS answers errors with a page too: nothing is learnt from one, and it is asked again.
  if (!leaf) throw new Refusal("its certificate cannot be read", { status: 503 });
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < KEY_BITS)
    throw distrust("its key is no RSA key of 2,048 bits");
  if (leaf.ca || !signersAt(place).some((name) => leaf.checkHost(name) !== undefined)) throw distrust("it is not SNS's");
  const broken = await brokenChain(leaf, { beside, roots, fetchIssuer: async (of) => issuerOf(fetch, of) }, now());
  if (broken !== undefined) throw distrust(broken);
  return leaf;
}

const distrust = (detail: string) => new Refusal("its certificate is not trusted", { detail: { why: detail } });

/** Where a certificate says that its issuer's is, by its authority information access, as Node tells it; only Amazon's own place counts. */
export function issuerAddress(infoAccess: string | undefined): string | undefined {
  return ISSUER.exec(infoAccess ?? "")?.[1];
}

async function issuerOf(fetch: Given["fetch"], { infoAccess }: X509Certificate): Promise<X509Certificate | undefined> {
  const address = issuerAddress(infoAccess);
  if (address === undefined) return undefined;
  try {
    return new X509Certificate(await fetched(fetch, new URL(address)));
  } catch (error) {
    throw new Refusal("its certificate's issuer cannot be fetched", { status: 503, detail: { why: wordsOf(error) }, cause: error });
  }
}

async function fetched(fetch: Given["fetch"], url: URL): Promise<Buffer> {
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(LIMITS.ms) });
  if (answer.status !== 200) throw new Error(`it was answered with HTTP ${answer.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > LIMITS.bytes) throw new Error(`it is larger than ${LIMITS.bytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
