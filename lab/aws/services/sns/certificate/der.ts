/** One value in DER: its tag, its length, its content (X.690). */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = bytesOf(BigInt(length));
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

/** SEQUENCE. */
export const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);

/** INTEGER of a number that is not negative. */
export function integer(value: bigint): Buffer {
  const bytes = bytesOf(value);
  // A first bit that is set would make it negative.
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** OBJECT IDENTIFIER, from its numbers with dots. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((number) => {
    const septets = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return der(0x06, Buffer.from(bytes));
}

/** UTF8String. */
export const text = (value: string): Buffer => der(0x0c, Buffer.from(value));

/** GeneralizedTime, which has room for every year. */
export const time = (at: Date): Buffer => der(0x18, Buffer.from(`${at.toISOString().replace(/\.\d+|[-:T]/g, "")}`));

/** BIT STRING of whole bytes, or with bits of its last byte left out. */
export const bits = (content: Buffer, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content);

/** OCTET STRING. */
export const octets = (content: Buffer): Buffer => der(0x04, content);

/** BOOLEAN TRUE. */
export const yes = (): Buffer => der(0x01, Buffer.from([0xff]));

/** Content under an explicit tag of its context. */
export const tagged = (tag: number, content: Buffer): Buffer => der(0xa0 | tag, content);
