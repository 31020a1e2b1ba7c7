import { describe, expect, it } from "vitest";
import { databaseSockets, listeningSockets } from "../../../../src/evidence/parse/host/sockets.ts";
import { hostFixture, hostReading } from "./host-reading.ts";

const reading = hostReading("2026-11-22T13:10:00Z");
const header = "State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n";
const listening = (rows: string) => listeningSockets.parse(header + rows, reading);
const caddy = 'LISTEN 0 4096 *:443 *:* users:(("caddy",pid=612,fd=8))\nLISTEN 0 4096 *:80 *:* users:(("caddy",pid=612,fd=9))\n';
const gunicorn =
  'LISTEN 41 2048 127.0.0.1:8000 0.0.0.0:* users:(("python3",pid=12,fd=5),("python3",pid=11,fd=5),("python3",pid=10,fd=5))\n';

describe("who listens", () => {
  it("finds the application, its queue, Caddy and the stores", () => {
    const stores = 'LISTEN 0 511 127.0.0.1:6379 0.0.0.0:* users:(("redis-server",pid=66,fd=6))\nLISTEN 0 202 [::1]:5432 [::]:*\n';
    expect(listening(gunicorn + caddy + stores)).toEqual({
      facts: {
        appListening: true,
        appPort: 8000,
        appBacklog: 41,
        appBacklogLimit: 2048,
        backlogShare: 0.02,
        caddyListening: true,
        redisListening: true,
        postgresListening: true,
        listening: "80, 443, 5432, 6379, 8000",
      },
      whole: true,
    });
  });

  it("says that nobody listens for the application where others are named", () => {
    expect(listening(caddy)?.facts).toMatchObject({
      appListening: false,
      caddyListening: true,
      redisListening: false,
      postgresListening: false,
    });
    expect(listening(caddy)?.facts).not.toHaveProperty("appBacklog");
  });

  it("leaves the application open where ss may not see processes, but knows gunicorn's backlog", () => {
    expect(listening("LISTEN 0 4096 *:443 *:*\n")?.facts).toEqual({ redisListening: false, postgresListening: false, listening: "443" });
    expect(listening("LISTEN 0 4096 *:443 *:*\nLISTEN 37 2048 127.0.0.1:9001 0.0.0.0:*\n")?.facts).toMatchObject({
      appListening: true,
      appPort: 9001,
      appBacklog: 37,
    });
  });

  it("prefers gunicorn by name, then the socket that most Python processes share", () => {
    const flower = 'LISTEN 0 128 0.0.0.0:5555 0.0.0.0:* users:(("python3",pid=70,fd=5))\n';
    expect(listening(flower + gunicorn)?.facts).toMatchObject({ appPort: 8000 });
    expect(listening(`${gunicorn}LISTEN 0 2048 0.0.0.0:9000 0.0.0.0:* users:(("gunicorn",pid=80,fd=5))\n`)?.facts).toMatchObject({
      appPort: 9000,
    });
  });

  it("is no reader of an error message, and not whole without its header", () => {
    expect(listeningSockets.parse("sh: 1: ss: not found\n", reading)).toBeUndefined();
    expect(listeningSockets.parse(caddy, reading)?.whole).toBe(false);
  });
});

describe("to whom the application talks", () => {
  const sockets = (rows: string) => databaseSockets.parse(header + gunicorn + rows, reading)?.facts;
  const estab = (local: string, peer: string, owner = '("python3",pid=11,fd=9)') => `ESTAB 0 0 ${local} ${peer} users:(${owner})\n`;

  it("does not take inbound requests for outbound ones", () => {
    expect(databaseSockets.parse(hostFixture("sockets.txt"), reading)).toMatchObject({
      whole: true,
      facts: { dbEstablished: 0, dbTimeWait: 3, appBacklog: 37, outboundEstablished: 0, outboundWorkers: 0 },
    });
  });

  it("counts connections to the database by state, and not the database's own side of them", () => {
    const rows = `${estab("10.0.0.4:41000", "10.0.0.9:5432")}SYN-SENT 0 1 10.0.0.4:41002 10.0.0.9:5432 users:(("python3",pid=12,fd=9))\nESTAB 0 0 127.0.0.2:5432 127.0.0.1:41004\nTIME-WAIT 0 0 10.0.0.4:41006 10.0.0.9:5432\n`;
    expect(sockets(rows)).toMatchObject({ dbEstablished: 1, dbSynSent: 1, dbTimeWait: 1, dbCloseWait: 0, outboundEstablished: 0 });
  });

  it("names the third party that most workers talk to", () => {
    const rows =
      estab("10.0.0.4:41000", "203.0.113.7:443") +
      estab("10.0.0.4:41001", "203.0.113.7:443", '("python3",pid=12,fd=9)') +
      estab("10.0.0.4:41002", "198.51.100.3:443") +
      estab("10.0.0.4:41003", "203.0.113.7:443", '("snapd",pid=900,fd=9)');
    expect(sockets(rows)).toMatchObject({ outboundEstablished: 3, outboundWorkers: 2, outboundTo: "203.0.113.7:443" });
  });

  it("counts a third party that does not answer at all", () => {
    const rows = 'SYN-SENT 0 1 10.0.0.4:41002 203.0.113.7:443 users:(("python3",pid=12,fd=9))\n';
    expect(sockets(rows)).toMatchObject({ outboundEstablished: 0, outboundSynSent: 1, outboundWorkers: 1, outboundTo: "203.0.113.7:443" });
  });

  it("counts neither stores nor services of the host, but a stand-in of a third party on another loopback address", () => {
    const service = 'LISTEN 0 128 127.0.0.1:9100 0.0.0.0:* users:(("imgproxy",pid=77,fd=3))\nLISTEN 0 5 127.0.0.3:9000 0.0.0.0:*\n';
    const rows =
      service +
      estab("127.0.0.1:41000", "127.0.0.1:9100") +
      estab("127.0.0.1:41001", "127.0.0.1:6379") +
      estab("10.0.0.4:41001", "10.0.0.8:6379");
    expect(sockets(rows)).toMatchObject({ outboundEstablished: 0 });
    expect(sockets(rows + estab("127.0.0.1:41002", "127.0.0.3:9000"))).toMatchObject({
      outboundEstablished: 1,
      outboundTo: "127.0.0.3:9000",
    });
  });

  it("says nothing of third parties where ss names no process", () => {
    const text = `${header}LISTEN 0 2048 127.0.0.1:8000 0.0.0.0:*\nESTAB 0 0 10.0.0.4:41000 203.0.113.7:443\n`;
    expect(databaseSockets.parse(text, reading)?.facts).not.toHaveProperty("outboundEstablished");
  });
});
