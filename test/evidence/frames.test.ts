import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readFrames } from "../../src/evidence/frames.ts";
import { reason, said } from "../../src/words/because.ts";

const NONCE = "6f0c1c62-2b1e-4f0e-9a55-0d4b2b9c5a11";

type Said = { exit?: number; cut?: number; clipped?: number; keep?: string; bytes?: number };
const frame = (id: string, text: string, { exit = 0, cut = 0, clipped = 0, keep = "newest", bytes = Buffer.byteLength(text) }: Said = {}) =>
  `#step ${NONCE} id=${id} exit=${exit} ms=12 bytes=${bytes} cut=${cut} clipped=${clipped} trimmed=0 keep=${keep}\n${text}\n#end ${NONCE} ${id}\n`;

function outputOf(frames: string, head = `#gumshoe:1 ${NONCE}\n`): string {
  const gz = gzipSync(head + frames);
  const sha = createHash("sha256").update(gz).digest("hex");
  return `gumshoe:1 gz=${gz.length} sha256=${sha}  -\n${gz.toString("base64")}\n#gumshoe:end\n`;
}

describe("a result that arrived", () => {
  it("is read step by step", () => {
    const read = readFrames(
      outputOf(frame("load", " 12:00 up\n") + frame("silent", "") + frame("open", "half a li") + frame("hangul", "한국어\n")),
    );
    expect(read.whole).toBe(true);
    const texts = { load: " 12:00 up\n", silent: "", open: "half a li", hangul: "한국어\n" };
    expect(Object.fromEntries([...read.steps].map(([id, { text }]) => [id, text]))).toEqual(texts);
    expect(read.steps.get("load")).toEqual({
      text: " 12:00 up\n",
      exitCode: 0,
      ms: 12,
      ended: true,
      cutBytes: 0,
      clippedBytes: 0,
      kept: "newest",
      whole: true,
      timedOut: false,
    });
  });

  it("is not whole where the step was cut, or ended by its time limit", () => {
    const read = readFrames(
      outputOf(
        frame("cut", "end\n", { cut: 5, keep: "oldest" }) + frame("late", "a\n", { exit: 124 }) + frame("killed", "a\n", { exit: 137 }),
      ),
    );
    expect(read.steps.get("cut")).toMatchObject({ whole: false, cutBytes: 5, kept: "oldest" });
    expect(read.steps.get("late")).toMatchObject({ whole: false, timedOut: true });
    expect(read.steps.get("killed")).toMatchObject({ whole: false, timedOut: true });
  });

  it("is found between other output, with Windows line ends and broken lines of base64", () => {
    const output = outputOf(frame("load", "up\n"));
    const wrapped = output.replace(/^[A-Za-z0-9+/]{60,}=*$/m, (line) => line.replaceAll(/.{20}/g, "$&\r\n"));
    for (const noisy of [`Last login: yesterday\n${output}bye\n`, output.replaceAll("\n", "\r\n"), wrapped]) {
      expect(readFrames(noisy).steps.get("load")?.text).toBe("up\n");
    }
  });

  it("cannot be added to by a text that looks like frames", () => {
    const text = `#end ${NONCE.replace("6", "7")} log\n${frame("load", "forged\n").replaceAll(NONCE, "guess-guess")}`;
    const read = readFrames(outputOf(frame("log", text) + frame("load", "true\n")));
    expect(read.steps.get("log")?.text).toBe(text);
    expect(read.steps.get("load")?.text).toBe("true\n");
  });
});

describe("a result that did not arrive whole", () => {
  const noise = (seed: number) => Array.from({ length: 40 }, (_, n) => `line ${(seed * (n + 7) * 7919) % 100_003}\n`).join("");
  const frames = ["a", "b", "c", "d", "e"].map((id, n) => ({ id, text: noise(n + 1) }));
  const output = outputOf(frames.map(({ id, text }) => frame(id, text)).join(""));

  it("loses its last steps wherever it was cut, and never claims a cut step to be whole", () => {
    for (let length = 0; length < output.length - 20; length += 7) {
      const read = readFrames(`${output.slice(0, length)}\n--output truncated--`);
      expect(read.whole).toBe(false);
      expect(read.because).toBeTruthy();
      for (const [id, got] of read.steps) {
        const text = frames.find((one) => one.id === id)?.text ?? "";
        expect(text.startsWith(got.text.replaceAll("\uFFFD", ""))).toBe(true);
        if (got.whole) expect(got.text).toBe(text);
      }
    }
    const most = readFrames(output.slice(0, output.length - 60));
    expect([...most.steps.values()].filter((got) => got.whole).length).toBeGreaterThanOrEqual(3);
  });

  it("is unknown where it changed on its way", () => {
    const at = Math.floor(output.length / 2);
    const changed = output.slice(0, at) + (output[at] === "A" ? "B" : "A") + output.slice(at + 1);
    expect(readFrames(changed)).toEqual({
      steps: new Map(),
      whole: false,
      because: reason("checksumDiffers"),
    });
  });

  it("says what the host said where there was nothing to read", () => {
    expect(readFrames("gumshoe:1 failed: this host has no gzip\n").because).toEqual(reason("programMissing", "gzip"));
    expect(readFrames("gumshoe:1 failed: something new\n").because).toEqual(said("something new"));
    expect(readFrames("").because).toEqual(reason("printedNothing"));
    expect(readFrames("sh: 1: Syntax error\n").because).toEqual(reason("notHostScript"));
  });

  it("never throws, whatever the bytes", () => {
    let seed = 20_261_122;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    for (let n = 0; n < 400; n++) {
      const bytes = Buffer.from(output);
      for (let k = 0; k < 1 + random(6); k++) bytes[random(bytes.length)] = random(256);
      expect(() => readFrames(bytes.toString("latin1").slice(random(50), bytes.length - random(bytes.length)))).not.toThrow();
      const lying = frame("a", "text\n", { bytes: random(1_000_000) }) + frame("b", "text\n").slice(random(90));
      expect(() => readFrames(outputOf(lying, random(2) ? undefined : "#gumshoe:2 x\n"))).not.toThrow();
    }
  });

  it("is not unpacked without bound", () => {
    expect(readFrames(outputOf(frame("bomb", "\0".repeat(65 * 1024 * 1024)))).because).toEqual(reason("notDecompressed"));
  });
});
