/** gunicorn's own lines, as versions 21 to 23 print them: `[time] [pid] [LEVEL] text`; `pid` is the process that prints. */
export const gunicornLines = {
  starting: (pid: number, at: Date) => line(pid, at, "INFO", "Starting gunicorn 23.0.0"),
  listening: (pid: number, at: Date, address: string) => line(pid, at, "INFO", `Listening at: http://${address} (${pid})`),
  usingWorker: (pid: number, at: Date) => line(pid, at, "INFO", "Using worker: sync"),
  booting: (pid: number, at: Date) => line(pid, at, "INFO", `Booting worker with pid: ${pid}`),
  timeout: (pid: number, at: Date, worker: number) => line(pid, at, "CRITICAL", `WORKER TIMEOUT (pid:${worker})`),
  // It says so after every SIGKILL, also its own.
  killed: (pid: number, at: Date, worker: number) =>
    line(pid, at, "ERROR", `Worker (pid:${worker}) was sent SIGKILL! Perhaps out of memory?`),
  exited: (pid: number, at: Date, worker: number, code: number) =>
    line(pid, at, "ERROR", `Worker (pid:${worker}) exited with code ${code}`),
} as const;

function line(pid: number, at: Date, level: string, text: string): string {
  return `[${at.toISOString().slice(0, 19).replace("T", " ")} +0000] [${pid}] [${level}] ${text}`;
}

/** The process that printed a line; nothing where the line does not say it. */
export function printedBy(text: string): number | undefined {
  const pid = /^\[[^\]]{19,30}\] \[(\d{1,10})\]/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
