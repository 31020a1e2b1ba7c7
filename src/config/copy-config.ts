import { z } from "zod";

const EnvFile = z.string().regex(/^\/[A-Za-z0-9_./@%+-]{1,400}$/, "the full path of an environment file");
const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,100}$/, "the name of a variable");
const User = z.string().regex(/^[A-Za-z0-9_.-]{1,63}$/, "the name of a database user");

/** A login that a host finds in one of its own files. */
export const Login = z.strictObject({
  envFile: EnvFile,
  key: Key.describe("Its value is a database URL, or with `user` a password"),
  user: User.optional(),
});

/** What a copy needs to know, whichever action makes it; the database to copy to comes from an earlier plan of the incident. */
export const Copy = z
  .strictObject({
    host: z.string().min(1).describe("The host that reaches both databases, by its name or id: the copy runs there"),
    administrator: Login.optional().describe(
      "On that host: who reads the present database and closes it; by default the application itself, where it owns its database and may rename it: that is set aside under another name then (docs/copy.md)",
    ),
    reader: Login.optional().describe("On that host: who reads a database that was made from a snapshot; `rehearse-copy` needs it"),
    application: Login.describe("On that host: the application's own login"),
  })
  .describe("How a database is copied (docs/copy.md), for `rehearse-copy` and `move-database`");
