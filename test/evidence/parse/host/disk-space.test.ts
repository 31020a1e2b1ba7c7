import { expect, it } from "vitest";
import { diskInodes } from "../../../../src/evidence/parse/host/disk-inodes.ts";
import { diskSpace } from "../../../../src/evidence/parse/host/disk-space.ts";
import { hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T12:55:00Z");
const header = "Filesystem      Size  Used Avail Use% Mounted on\n";
const space = (rows: string) => diskSpace.parse(header + rows, reading);
const root = "/dev/nvme0n1p1   59G   17G   40G  30% /\n";

it("says how full the root file system is", () => {
  expect(space(`udev            942M     0  942M   0% /dev\n${root}tmpfs           959M     0  959M   0% /dev/shm\n`)).toEqual({
    facts: { fullest: 30, fullestMount: "/", rootUse: 30, full: false, nearlyFull: false, mounts: 1 },
    whole: true,
  });
});

it("calls a file system full when nothing is available, or 99 % are used and little is left", () => {
  expect(space("/dev/sda1  5.0G  4.9G     0 100% /\n")?.facts).toMatchObject({ full: true, nearlyFull: true });
  expect(space(`${root}/dev/sdb  20G  20G  0 100% /var/log\n`)?.facts).toMatchObject({
    full: true,
    fullest: 100,
    fullestMount: "/var/log",
    rootUse: 30,
  });
  expect(space("/dev/sda1  2.0T  2.0T   20G  99% /\n")?.facts).toMatchObject({ full: false, nearlyFull: true });
});

it("is not misled by snaps, boot partitions, media, memory and foreign mounts", () => {
  const noise = [
    "/dev/loop3  64M  64M  0 100% /snap/core20/2015",
    "/dev/sda15  105M  105M  0 100% /boot/efi",
    "/dev/sr0  1G  1G  0 100% /media/cdrom",
    "tmpfs  5.0M  5.0M  0 100% /run/lock",
    "efivarfs  256K  256K  0 100% /sys/firmware/efi/efivars",
    "overlay  59G  59G  0 100% /var/lib/docker/overlay2/x/merged",
  ];
  expect(space(`${root}${noise.join("\n")}\n`)?.facts).toEqual({
    fullest: 30,
    fullestMount: "/",
    rootUse: 30,
    full: false,
    nearlyFull: false,
    mounts: 1,
  });
});

it("does not take a full backup disk for the application's", () => {
  expect(space(`${root}/dev/sdb  1.0T  1.0T  0 100% /mnt/backup\n`)?.facts).toMatchObject({
    fullest: 100,
    fullestMount: "/mnt/backup",
    full: false,
  });
});

it("reads -P, -T, a device on its own line, and the same table twice", () => {
  const posix =
    "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/vda1         61796348 61700000         0     100% /\n";
  expect(diskSpace.parse(posix, reading)).toMatchObject({ facts: { rootUse: 100, full: true, mounts: 1 }, whole: true });
  expect(space("/dev/vda1  ext4  59G  17G  40G  30% /\ntmpfs  tmpfs  1G  1G  0 100% /tmp\n")?.facts).toMatchObject({
    mounts: 1,
    full: false,
  });
  expect(space("/dev/mapper/a-very-long-name-of-a-volume\n                 59G   17G   40G  30% /\n")?.facts).toMatchObject({
    rootUse: 30,
  });
  expect(diskSpace.parse(header + root + header + root, reading)?.facts).toMatchObject({ mounts: 1 });
});

it("is not whole without its header, its root row or its last newline", () => {
  expect(diskSpace.parse(root, reading)?.whole).toBe(false);
  expect(space("/dev/sdb  20G  1G  19G  5% /srv\n")?.whole).toBe(false);
  expect(space(`${root}/dev/sdb  20G  1G`)?.whole).toBe(false);
});

it("is no reader of an error message", () => {
  expect(diskSpace.parse("df: cannot read table of mounted file systems\n", reading)).toBeUndefined();
});

const inodes = (rows: string) => diskInodes.parse(`Filesystem     Inodes IUsed  IFree IUse% Mounted on\n${rows}`, reading);

it("says when the inodes are used up", () => {
  expect(inodes("/dev/vda1  327680 29745 297935   10% /\n")).toEqual({
    facts: { fullest: 10, fullestMount: "/", full: false },
    whole: true,
  });
  expect(inodes("/dev/vda1  327680 327680 0  100% /\n")?.facts).toMatchObject({ fullest: 100, full: true });
  expect(inodes("/dev/vda1  3932160 3900000 32160  100% /\n")?.facts).toMatchObject({ full: false });
  expect(inodes("/dev/vda1  320K 320K 0  100% /\n")?.facts).toMatchObject({ full: true });
});

it("does not count file systems without a fixed number of inodes", () => {
  expect(inodes("/dev/vda1  0 0 0  - /\n")).toBeUndefined();
});
