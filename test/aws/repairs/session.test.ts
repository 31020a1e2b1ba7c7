import { expect, test } from "vitest";
import { sessionFor } from "../../../src/aws/repairs/session.ts";

test("a session is named after the incident and who approved, in letters that STS takes, and no longer than it takes", () => {
  expect(sessionFor({ incident: 7 }, [{ userId: "U2", name: "José García" }])).toEqual({
    name: "gumshoe-i7,Jose-Garcia",
    sourceIdentity: "U2",
    durationS: 900,
  });
  expect(sessionFor({ incident: 7 }, [{ userId: "U2", name: "박준" }]).name).toBe("gumshoe-i7,U2");
  expect(sessionFor({ incident: 7 }, []).name).toBe("gumshoe-i7");
  const many = sessionFor(
    { incident: 7 },
    Array.from({ length: 5 }, (_, nth) => ({ userId: `U${nth}0000000000000000`, name: `Somebody With A Long Name ${nth}` })),
  );
  for (const text of [many.name, many.sourceIdentity]) expect(text).toMatch(/^[\w+=,.@-]{2,64}$/);
});
