import { expect, test } from "vitest";
import { openLibrary } from "../../src/cli/shipped.ts";
import { environmentActions } from "../../src/config/action-config.ts";

test("every action that a configuration can allow is one that runbooks know, with a title in both languages", async () => {
  const { library } = await openLibrary();
  const ids = Object.keys(environmentActions.actions.unwrap().shape.allow.shape);
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids)
    expect([id, library.actions.get(id)]).toEqual([id, { en: expect.any(String) as string, ko: expect.any(String) as string }]);
});
