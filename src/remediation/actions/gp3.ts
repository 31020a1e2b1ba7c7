import { RDS_CLASSES as CLASSES } from "../../config/action-config.ts";

/** From this size on PostgreSQL's gp3 is a stripe of four volumes. Below it neither IOPS nor throughput can be asked for (RDS, gp3 storage). */
const STRIPED_GIB = 400;

/** Operations a second that gp3 of a size has at all times, asked for or not. */
export function gp3Iops(gib: number): number {
  return gib < STRIPED_GIB ? 3_000 : 12_000;
}

/** Operations a second that gp2 of a size has when its burst credits are spent: 3 for each GiB (RDS, gp2 storage). */
export function gp2Iops(gib: number): number {
  return Math.min(16_000, Math.max(100, 3 * gib));
}

/** Whether gp2 of a size moves more bytes a second than gp3 of it does: up to 250 MiB/s from 170 GiB on, against 125 (EBS, gp2 volumes). */
export function movesFewerBytes(storage: string, gib: number): boolean {
  return storage === "gp2" && gib > 170 && gib < STRIPED_GIB;
}

/** gp3's price for a GiB and month in us-east-1 without a standby, as gp2's (list prices of 2026; docs/aws.md). */
export const GP3_USD_PER_GIB_MONTH = 0.115;

/** What is known of a class: its memory, and its price for a month in us-east-1 without a standby (list prices of 2026), where that is known. */
export type RdsClass = { ramGib: number; usdPerMonth?: number };

/** The classes that a database can be made on, the smallest first. */
export const RDS_CLASSES: Readonly<Record<(typeof CLASSES)[number], RdsClass>> = {
  "db.t4g.micro": { ramGib: 1, usdPerMonth: 11.68 },
  "db.t4g.small": { ramGib: 2, usdPerMonth: 23.36 },
  "db.t4g.medium": { ramGib: 4, usdPerMonth: 47.45 },
  "db.t4g.large": { ramGib: 8 },
  "db.m7g.large": { ramGib: 8 },
  "db.r7g.large": { ramGib: 16 },
};

/** A class's price for a month, as a sentence takes it: null where it is not known. */
export function priceOf(kind: string): number | null {
  return knownClass(kind)?.usdPerMonth ?? null;
}

/** What is known of a class; nothing where it is none of ours. */
export function knownClass(kind: string): RdsClass | undefined {
  const known: Readonly<Record<string, RdsClass>> = RDS_CLASSES;
  return known[kind];
}
