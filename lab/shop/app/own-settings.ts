import { SETTINGS } from "../unit.ts";

/** The settings that a program of the shop was started with. From here on it ends when whoever started it does. */
export function ownSettings<Settings>(): Settings {
  process.on("disconnect", () => process.exit(0));
  if (!process.connected) process.exit(0);
  return JSON.parse(process.env[SETTINGS] ?? "") as Settings;
}

/** Tell whoever started this program; nobody hears it when they have gone. */
export function tell(told: unknown): void {
  if (process.connected) process.send?.(told, undefined, undefined, () => {});
}
