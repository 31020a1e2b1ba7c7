import { z } from "zod";
import { Login } from "./copy-config.ts";

/** What works on the database from a host needs. */
export const loginRules = {
  login: Login.describe("The login, in an environment file of the host; its password never leaves it"),
  host: z.string().min(1).optional().describe("From which host, by its name or id; by default the first that SSM reaches"),
};

/** Where a login stands: its key has a database URL, or with `user` a password. */
export type DatabaseLogin = z.infer<typeof Login>;
