import { AwsError } from "../../../aws-error.ts";

/** An instance's storage, whole. */
export type Storage = { AllocatedStorage: number; StorageType: string; Iops?: number; StorageThroughput?: number };

type AskedStorage = { [Member in keyof Storage]?: Storage[Member] | undefined };

/** From here on PostgreSQL's gp3 is a stripe of four volumes, and can be given more than it has by itself. */
const STRIPED_GIB = 400;

/** Sizes in GiB that each type has for PostgreSQL. */
export const SIZES = { gp2: [20, 65_536], gp3: [20, 65_536], io1: [100, 65_536], io2: [100, 65_536] } as const;

/** IOPS and MiB/s that gp3 has from 400 GiB on: the least, which it has anyway, and the most. */
export const STRIPED = { iops: [12_000, 64_000], throughput: [500, 4_000] } as const;

/** The storage that somebody gets who asks for this, or RDS's refusal. */
export function storageOf(asked: AskedStorage): Storage {
  const { AllocatedStorage, StorageType = asked.Iops === undefined ? "gp3" : "io1" } = asked;
  if (StorageType === "standard") throw new AwsError("StorageTypeNotSupportedFault", "Magnetic storage is no longer available.");
  if (!(StorageType in SIZES)) throw new AwsError("InvalidParameterValue", `Invalid storage type: ${StorageType}`);
  if (AllocatedStorage === undefined) throw new AwsError("MissingParameter", "The request must contain the parameter AllocatedStorage.");
  const [least, most] = SIZES[StorageType as keyof typeof SIZES];
  if (AllocatedStorage < least || AllocatedStorage > most) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid storage size for engine name postgres and storage type ${StorageType}: ${AllocatedStorage}`,
    );
  }
  if (StorageType === "gp3") return { AllocatedStorage, StorageType, ...gp3(AllocatedStorage, asked) };
  if (asked.StorageThroughput !== undefined) throw combination(`You can't specify storage throughput for storage type ${StorageType}.`);
  if (StorageType === "gp2") {
    if (asked.Iops !== undefined) throw combination("You can't specify IOPS for storage type gp2.");
    return { AllocatedStorage, StorageType };
  }
  if (asked.Iops === undefined) throw combination(`You must specify IOPS for storage type ${StorageType}.`);
  return { AllocatedStorage, StorageType, Iops: asked.Iops };
}

function gp3(size: number, { Iops, StorageThroughput }: AskedStorage): { Iops: number; StorageThroughput: number } {
  if (size < STRIPED_GIB) {
    if (Iops === undefined && StorageThroughput === undefined) return { Iops: 3000, StorageThroughput: 125 };
    throw combination(`You can't specify IOPS or storage throughput for engine postgres and a storage size less than ${STRIPED_GIB}.`);
  }
  const [leastIops, mostIops] = STRIPED.iops;
  const [least, most] = STRIPED.throughput;
  // One of them alone is not enough: with a throughput, IOPS must be said too.
  if (StorageThroughput !== undefined && Iops === undefined) throw combination("You must specify IOPS together with storage throughput.");
  const told = { Iops: Iops ?? leastIops, StorageThroughput: StorageThroughput ?? least };
  if (told.Iops < leastIops || told.Iops > mostIops) {
    throw combination(`Invalid IOPS ${told.Iops} for engine postgres and storage type gp3: between ${leastIops} and ${mostIops}.`);
  }
  if (told.StorageThroughput < least || told.StorageThroughput > most) {
    throw combination(
      `Invalid storage throughput ${told.StorageThroughput} for engine postgres and storage type gp3: between ${least} and ${most}.`,
    );
  }
  return told;
}

/** RDS's refusal of things that do not go together. */
export const combination = (message: string) => new AwsError("InvalidParameterCombination", message);
