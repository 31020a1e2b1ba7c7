import { X509Certificate } from "node:crypto";

/** Issuers between a signing certificate and a root: today one (Amazon RSA 2048 M01 to M04). */
const DEEPEST = 4;

/** What a chain is checked by: certificates that came along, roots that are trusted, and a way to fetch an issuer that did not come along. */
export type Trust = {
  beside: readonly X509Certificate[];
  roots: readonly X509Certificate[];
  fetchIssuer: (certificate: X509Certificate) => Promise<X509Certificate | undefined>;
};

/** Follows a certificate's issuers to a trusted root; each must have signed the one before, and be in force. Gives the reason why it does not get there. */
export async function brokenChain(leaf: X509Certificate, { beside, roots, fetchIssuer }: Trust, now: Date): Promise<string | undefined> {
  let current = leaf;
  for (let depth = 0; depth <= DEEPEST; depth++) {
    if (!inForce(current, now)) return depth === 0 ? "the certificate is not in force" : "an issuer's certificate is not in force";
    const root = roots.find((one) => issued(one, current));
    if (root) return inForce(root, now) ? undefined : "the root's certificate is not in force";
    const issuer = beside.find((one) => one.ca && one !== current && issued(one, current)) ?? (await fetchIssuer(current));
    if (!issuer) return "its issuer is not known";
    if (!issuer.ca || !issued(issuer, current)) return "it was not issued by the issuer that it names";
    current = issuer;
  }
  return "its chain is too long";
}

/** Whether a certificate is in force at a time. */
export function inForce({ validFrom, validTo }: X509Certificate, now: Date): boolean {
  return Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** The certificates in a PEM text, as they stand there; anything that is no certificate is left out. */
export function certificatesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}
