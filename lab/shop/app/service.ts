import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { startUnit, type Started, type Unit } from "../unit.ts";

/** What systemd says of a unit: its state, the id of its last start, when that was, and the process that leads it. */
export type ServiceState = {
  active: "active" | "activating" | "deactivating" | "inactive" | "failed";
  invocation: string;
  since: Date;
  pid: number;
};

/** A unit of the shop's host that systemd's stand-in begins and ends. */
export type Service<Told> = {
  name: string;
  /** The file that its variables are read from at each start. */
  environmentFile: string;
  state: () => ServiceState;
  /** The last thing that its program told. */
  told: () => Told | undefined;
  /** Called at each change of its state; the first call is now. */
  onChange: (listener: (state: ServiceState) => void) => void;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  restart: () => Promise<void>;
};

/** What a service is: its program and settings, what it tells once it works, and where its variables are. */
export type ServiceOf<Told> = Omit<Started, "env"> & {
  name: string;
  environmentFile: string;
  ready: (told: Told) => boolean;
  onLine: (line: string, pid: number) => void;
};

/** A service that was never begun. One whose program ends by itself has failed, and stays so. */
export function serviceOf<Told>({ name, environmentFile, ready, onLine, ...program }: ServiceOf<Told>): Service<Told> {
  const listeners: ((state: ServiceState) => void)[] = [];
  let state: ServiceState = { active: "inactive", invocation: "", since: new Date(), pid: 0 };
  let unit: Unit<Told> | undefined;
  let told: Told | undefined;
  const turn = (change: Partial<ServiceState>) => {
    state = { ...state, ...change, since: new Date() };
    for (const listener of listeners) listener(state);
  };
  const start = async () => {
    if (state.active === "active") return;
    turn({ active: "activating", invocation: randomBytes(16).toString("hex") });
    try {
      const begun = startUnit<Told>({ ...program, env: await variablesIn(environmentFile) }, onLine);
      unit = begun;
      begun.hear((word) => (told = word));
      void begun.ended.then(() => unit === begun && state.active !== "deactivating" && turn({ active: "failed", pid: 0 }));
      told = await begun.until(ready);
      turn({ active: "active", pid: begun.pid });
    } catch (error) {
      await unit?.stop();
      turn({ active: "failed", pid: 0 });
      throw error;
    }
  };
  const stop = async () => {
    if (state.active === "inactive") return;
    turn({ active: "deactivating" });
    await unit?.stop();
    unit = undefined;
    turn({ active: "inactive", pid: 0 });
  };
  let last: Promise<void> = Promise.resolve();
  /** One after the other, as systemd's jobs are. */
  const inTurn = (work: () => Promise<void>) => async () => {
    last = last.catch(() => {}).then(work);
    return last;
  };
  return {
    name,
    environmentFile,
    state: () => state,
    told: () => told,
    onChange: (listener) => {
      listeners.push(listener);
      listener(state);
    },
    start: inTurn(start),
    stop: inTurn(stop),
    restart: inTurn(async () => {
      await stop();
      await start();
    }),
  };
}

/** The variables of an environment file, as far as the shop's has them: a line each, the value plain or in quotes. */
export async function variablesIn(file: string): Promise<Record<string, string>> {
  const lines = (await readFile(file, "utf8")).split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, key, value = ""] = /^\s*([A-Za-z_]\w*)=(.*?)\s*$/.exec(line) ?? [];
      return key === undefined ? [] : [[key, value.replace(/^(["'])(.*)\1$/, "$2")]];
    }),
  );
}
