import { z } from "zod";

const Address = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}:[0-9]{1,5}$/, "a host and a port, such as db.example.com:5432");

/** What leads an application over may change: which keys, and how it is seen that it works. */
export const lineRules = {
  envFiles: z
    .array(
      z.strictObject({
        path: z.string().regex(/^\/[A-Za-z0-9_./@%+-]{1,400}$/, "the full path of an environment file"),
        key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,100}$/, "the name of a variable"),
      }),
    )
    .min(1, "name at least one environment file and its key")
    .max(10)
    .describe("Where the address stands: a database URL, a connection string, or a host and a port with a key each"),
  health: z.url().describe("What is asked for on each host after its restart; it must answer without an error"),
  sslmode: z.enum(["require", "verify-ca", "verify-full"]).optional().describe("What the address is to ask of TLS from then on"),
};

/** What `switch-endpoint` is told beside that: the way to which database, and by which copy it is allowed. */
export const switchRules = {
  ...lineRules,
  to: Address.describe("The database that is switched to"),
  copy: z
    .strictObject({
      id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "the id of a copy (docs/copy.md)"),
      host: z.string().min(1).describe("The host on which it ran, by its name or id"),
    })
    .optional()
    .describe("The copy that the new database came from; without its proof nothing is switched"),
};
