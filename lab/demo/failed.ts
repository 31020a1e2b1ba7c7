import { open } from "node:fs/promises";

/** Of the log's end, enough for a minute of the shop's traffic. */
const TAIL_BYTES = 256 * 1024;

/** How many requests that an access log of Caddy has the end of have failed since then: answered with 5xx, or not at all. */
export async function failedIn(log: string, since: Date): Promise<number> {
  const file = await open(log);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(size - from), position: from });
    const lines = buffer.toString("utf8", 0, bytesRead).split("\n");
    return lines.filter((line) => /"status":(?:5\d\d|0)\b/.test(line) && Number(/"ts":([\d.]+)/.exec(line)?.[1]) * 1000 >= since.getTime())
      .length;
  } finally {
    await file.close();
  }
}
