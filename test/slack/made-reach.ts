import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Reach } from "../../src/evidence/gather.ts";
import type { RawEvidence } from "../../src/evidence/read-evidence.ts";
import { reason, Unseen } from "../../src/words/because.ts";

/** A reach without its signal, as a bureau is given it. */
export type MadeReach = Omit<Reach, "signal">;

const NONCE = "6f0c1c62-2b1e-4f0e-9a55-0d4b2b9c5a11";

/** What the host script prints where its steps return these texts. */
function scriptOutput(texts: Iterable<readonly [step: string, text: string]>): string {
  const frames = [...texts].map(
    ([id, text]) =>
      `#step ${NONCE} id=${id} exit=0 ms=12 bytes=${Buffer.byteLength(text)} cut=0 clipped=0 trimmed=0 keep=newest\n${text}\n#end ${NONCE} ${id}\n`,
  );
  const gz = gzipSync(`#gumshoe:1 ${NONCE}\n${frames.join("")}`);
  return `gumshoe:1 gz=${gz.length} sha256=${createHash("sha256").update(gz).digest("hex")}  -\n${gz.toString("base64")}\n#gumshoe:end\n`;
}

/** A way to hosts, metrics and database that answers with a recorded case, once `ready` lets it. */
export function reachOfCase(raw: RawEvidence, ready: () => Promise<unknown> = async () => {}): MadeReach {
  return {
    askHosts: async ({ signal }, { asking, onHost }) => {
      asking([...raw.hosts.keys()]);
      await Promise.race([ready(), aborted(signal)]);
      signal.throwIfAborted();
      for (const [host, results] of raw.hosts) {
        const texts = [...results].flatMap(([step, result]) => (result.kind === "output" ? [[step, result.text] as const] : []));
        onHost(host, { output: scriptOutput(texts) });
      }
    },
    runQuery: { unknown: reason("noDatabaseAccess") },
    readMetrics: async () => raw.metrics,
    looks: new Map(
      [...raw.shared].map(([step, result]) => [
        step,
        async () => {
          if (result.kind === "unknown") throw new Unseen(result.because);
          return result.text;
        },
      ]),
    ),
  };
}

/** A way to an environment of which nothing can be seen. */
export function blindReach(): MadeReach {
  return {
    askHosts: async (_, { asking, onHost }) => {
      asking(["web-1"]);
      onHost("web-1", { unreachable: reason("hostOffline", 720_000) });
    },
    runQuery: { unknown: reason("variableUnset", "GUMSHOE_DB_URL") },
    readMetrics: async () => ({ kind: "unknown", because: reason("throttled", "Lightsail") }),
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
