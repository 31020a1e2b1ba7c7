import type { Principal } from "./credentials.ts";

/** Who asks, and a signal that is aborted when the caller has gone away. */
export type Caller = { principal: Principal; requestId: string; signal: AbortSignal };

/** An input whose required members are there: the server has looked before an operation is asked. */
export type Filled<Input> = {
  [Key in keyof Input]: Record<never, never> extends Pick<Input, Key> ? Input[Key] : NonNullable<Input[Key]>;
};

type Answer<Output> = Omit<Output, "$metadata"> | Promise<Omit<Output, "$metadata">>;
type Operation<Input, Output> = (input: Filled<Input>, caller: Caller) => Answer<Output>;

/**
 * Operations of a service with the very types of its SDK client (`SSM`, `Lightsail` …): `{ SendCommand: (input, caller) => output }`. The types
 * are taken from the client's callback form, its last overload.
 */
export type Operations<Client> = {
  [Name in keyof Client & string as Capitalize<Name>]?: Client[Name] extends (
    input: infer Input,
    options: infer _Options,
    done: (error: infer _Error, output?: infer Output) => void,
  ) => void
    ? Operation<Input, Output>
    : never;
};

/** A permission that a call needs beside its own: to tag what it makes, or to do something of another service. */
export type Permission = { service: string; operation: string; resource?: string };

/**
 * What a service carries out, and the ARNs that a call's permission is asked for; without an entry it is asked once, for no resource. `also` has
 * what else must be allowed.
 */
export type Room<Client> = {
  operations: Operations<Client>;
  resources?: Partial<Record<string, (input: never) => string[]>>;
  also?: Partial<Record<string, (input: never) => Permission[]>>;
};
