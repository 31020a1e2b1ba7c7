import { z } from "zod";

const Key = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,100}$/, "the name of a variable");

/** A login to the database that stands in an environment file of a host: as a URL, or as a password beside a name. */
const Login = z
  .strictObject({
    envFile: z.string().regex(/^\/[A-Za-z0-9_./@%+-]{1,400}$/, "the full path of an environment file"),
    urlKey: Key.optional().describe("The variable with a database URL; it says which database it is"),
    passwordKey: Key.optional().describe("The variable with a password alone; then `user` names whose, and `database` which database"),
    user: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/, "the name of a role")
      .optional(),
  })
  .refine(
    ({ urlKey, passwordKey, user }) =>
      (urlKey === undefined) !== (passwordKey === undefined) && (user === undefined) === (urlKey !== undefined),
    "write urlKey, or passwordKey and user",
  );

/** What works on the database from a host needs. */
export const loginRules = {
  login: Login.describe("The login, in an environment file of the host; its password never leaves it"),
  host: z.string().min(1).optional().describe("From which host, by its name or id; by default the first that SSM reaches"),
};

/** Where a login stands. */
export type DatabaseLogin = z.infer<typeof Login>;
