import { NormalizedSchema } from "@smithy/core/schema";
import type { Service } from "./services.ts";

/** What goes in and what comes out of an operation, from the SDK's own published schema objects. */
export type OperationSchema = { input: NormalizedSchema; output: NormalizedSchema };

/** An error's code on the wire of a query service with its HTTP status there, its status elsewhere, whose fault it is, and its members. */
export type ErrorSchema = {
  namespace: string;
  query?: [code: string, status: number];
  httpStatus: number;
  fault: "client" | "server";
  members: NormalizedSchema;
};

type Ref = Parameters<typeof NormalizedSchema.of>[0];
type Traits = { awsQueryError?: [string, number]; error?: "client" | "server"; httpError?: number };

const tuples = async (service: Service) => (await service.load()) as Record<string, readonly unknown[] | undefined>;
const deref = (ref: unknown) => (typeof ref === "function" ? (ref as () => Ref)() : (ref as Ref));

/** The schemas of an operation, or nothing when the service has no such operation. `X$` is `[9, namespace, name, traits, in, out]`. */
export async function operationSchema(service: Service, operation: string): Promise<OperationSchema | undefined> {
  const found = (await tuples(service))[`${operation}$`];
  if (!Array.isArray(found) || found[0] !== 9) return undefined;
  return { input: NormalizedSchema.of(deref(found[4])), output: NormalizedSchema.of(deref(found[5])) };
}

/** The schema of an error that the service models. `X$` is `[-3, namespace, name, traits, names, schemas]`. */
export async function errorSchema(service: Service, name: string): Promise<ErrorSchema | undefined> {
  const found = (await tuples(service))[`${name}$`];
  if (!Array.isArray(found) || found[0] !== -3) return undefined;
  const { awsQueryError, error = "client", httpError = error === "client" ? 400 : 500 } = found[3] as Traits;
  return {
    namespace: found[1] as string,
    fault: error,
    httpStatus: httpError,
    members: NormalizedSchema.of(found as unknown as Ref),
    ...(awsQueryError ? { query: awsQueryError } : {}),
  };
}

/** The struct of an operation's output under another name, as the query protocol wraps it: `<DescribeDBInstancesResult>`. */
export function renamed(schema: NormalizedSchema, name: string): NormalizedSchema {
  const [, namespace, , , ...rest] = schema.getSchema() as unknown as unknown[];
  return NormalizedSchema.of([3, namespace, name, 0, ...rest] as unknown as Ref);
}

/** Paths of members that must be given and are not, worded as AWS words them: `metricDataQueries.1.member.id`. */
export function missingMembers(schema: NormalizedSchema, value: unknown, path = ""): string[] {
  if (value === undefined || value === null) return [];
  const below = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.flatMap((each, index) => missingMembers(schema.getValueSchema(), each, below(`${index + 1}.member`)));
  }
  if (!schema.isStructSchema() || schema.isUnionSchema()) return [];
  // The last element of a struct's schema counts the required members, which come first.
  const required = ((schema.getSchema() as unknown as unknown[])[6] as number | undefined) ?? 0;
  return [...schema.structIterator()].flatMap(([name, member], index) => {
    const given = (value as Record<string, unknown>)[name];
    const here = below(name[0]!.toLowerCase() + name.slice(1));
    return given === undefined || given === null ? (index < required ? [here] : []) : missingMembers(member, given, here);
  });
}
