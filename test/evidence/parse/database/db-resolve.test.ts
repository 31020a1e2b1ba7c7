import { expect, it } from "vitest";
import { dbResolve } from "../../../../src/evidence/parse/database/db-resolve.ts";
import { incidentReading } from "../../incident-reading.ts";

const factsOf = (text: string) => dbResolve.parse(text, incidentReading)?.facts;

it.each([
  ["getent hosts", "10.0.0.7       db.example.internal\ngetent_exit=0\nnameserver 127.0.0.53\n", "10.0.0.7"],
  ["getent ahosts over IPv6", "2001:db8::7   STREAM db.example.internal\n2001:db8::7   DGRAM\n", "2001:db8::7"],
  ["host", "db.example.internal has address 10.0.0.7\n", "10.0.0.7"],
  ["nslookup", "Server:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\n\nName:\tdb.example\nAddress: 10.0.0.7\n", "10.0.0.7"],
  ["dig", "db.example.internal. 30 IN A 10.0.0.7\n", "10.0.0.7"],
])("%s tells the address", (_, text, address) => expect(factsOf(text)).toEqual({ resolved: true, failed: false, address, addresses: 1 }));

it.each([
  ["getent's exit code", "getent_exit=2\nnameserver 127.0.0.53\n"],
  ["host", "Host db.example.internal not found: 3(NXDOMAIN)\n"],
  ["a resolver that does not answer", ";; connection timed out; no servers could be reached\n"],
])("%s tells that the name did not resolve", (_, text) => expect(factsOf(text)).toMatchObject({ resolved: false, failed: true }));

it("takes name servers alone for no answer, as the line with the address may be missing", () => {
  expect(factsOf("nameserver 10.0.0.2\nsearch example.internal\n")).toEqual({});
});

it("says nothing where the command was not there", () => {
  expect(dbResolve.parse("sh: 1: getent: not found\ngetent_exit=127\n", incidentReading)).toBeUndefined();
});
