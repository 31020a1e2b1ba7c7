import type { Filter, Tag } from "@aws-sdk/client-ec2";
import { AwsError } from "../../aws-error.ts";

/** What a resource can be filtered by, and its tags. */
export type Values = { tags: Tag[] | undefined } & { [filter: string]: string | undefined | Tag[] };

/** Whether a resource has, for every filter, one of its values; `*` and `?` stand for any letters and any letter. */
export function fitting(filters: readonly Filter[], { tags = [], ...values }: Values): boolean {
  return filters.every(({ Name = "", Values: wanted = [] }) => {
    const tag = /^tag:(.+)$/.exec(Name)?.[1];
    if (Name === "tag-key") return tags.some(({ Key = "" }) => matches(wanted, Key));
    if (tag !== undefined) return tags.some(({ Key, Value = "" }) => Key === tag && matches(wanted, Value));
    if (!(Name in values)) throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
    const value = values[Name];
    return typeof value === "string" && matches(wanted, value);
  });
}

const matches = (wanted: readonly string[], value: string) => wanted.some((pattern) => regexOf(pattern).test(value));

const regexOf = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  );
