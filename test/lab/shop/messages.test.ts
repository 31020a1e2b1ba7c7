import { expect, it } from "vitest";
import { messageReader } from "../../../lab/shop/database/messages.ts";

const startup = withLength(Buffer.concat([int(196_608), Buffer.from("user\0shop\0database\0shop\0\0")]));
const sslRequest = withLength(int(80_877_103));
const query = typed("Q", "select count(*) from products\0");
const parse = typed("P", "\0insert into products (name) values ($1)\0\0\0");
const bind = typed("B", "\0\0\0\0\0\0\0\0");
const begin = typed("Q", "BEGIN\0");

it("asks the disk for a session once, for statements by their text, and for nothing where there is nothing to read", () => {
  const works = messageReader()(Buffer.concat([sslRequest, startup, query, parse, bind, begin])).map(({ work }) => work);
  expect(works.map(({ operations }) => operations)).toEqual([0, 18, 200, 140, 0, 0]);
  expect(works[3]?.writes).toBe(true);
});

it("passes on exactly the bytes that came, wherever they were cut", () => {
  const whole = Buffer.concat([sslRequest, startup, query, parse, bind]);
  for (let cut = 1; cut < whole.length; cut++) {
    const read = messageReader();
    const messages = [...read(whole.subarray(0, cut)), ...read(whole.subarray(cut))];
    expect(Buffer.concat(messages.map(({ bytes }) => bytes)).equals(whole)).toBe(true);
    expect(messages.length).toBe(5);
  }
});

it("refuses bytes that are no PostgreSQL client's", () => {
  expect(() => messageReader()(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toThrow("impossible length");
});

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function withLength(body: Buffer): Buffer {
  return Buffer.concat([int(body.length + 4), body]);
}

function typed(kind: string, body: string): Buffer {
  return Buffer.concat([Buffer.from(kind), withLength(Buffer.from(body))]);
}
