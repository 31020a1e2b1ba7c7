import { spawn } from "node:child_process";
import { once } from "node:events";

/** Copies what is in a folder into another, with owners and times; a file that goes away meanwhile, as temporary ones do, is left out. */
export async function copyFolder(from: string, to: string): Promise<void> {
  const child = spawn("cp", ["-a", "--", `${from}/.`, to], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, LC_ALL: "C" } });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (said += part));
  const [code] = (await once(child, "close")) as [number | null];
  const left = said.split("\n").filter((line) => line !== "" && !line.endsWith("No such file or directory"));
  if (left.length > 0 || code === null) throw new Error(`copying ${from}: ${left[0] ?? "cp was killed"}`);
}
