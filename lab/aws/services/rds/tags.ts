import type { AddTagsToResourceMessage, Tag } from "@aws-sdk/client-rds";
import { AwsError } from "../../aws-error.ts";
import type { Filled } from "../../operations.ts";
import type { RdsBook } from "./deeds.ts";
import { findInstance } from "./instances.ts";
import { findSnapshot } from "./snapshots.ts";

/** ListTagsForResource: of an instance or a snapshot. */
export const tagsOf = (book: RdsBook, arn: string): Tag[] => tagged(book, arn).tags;

/** AddTagsToResource: a tag that is there gets the new value. */
export function addTags(book: RdsBook, { ResourceName, Tags }: Filled<AddTagsToResourceMessage>): void {
  const { tags, put } = tagged(book, ResourceName);
  const reserved = Tags.find(({ Key = "" }) => Key.toLowerCase().startsWith("aws:"));
  if (reserved) throw new AwsError("InvalidParameterValue", `The tag key ${reserved.Key} is reserved: it begins with aws:.`);
  put([...tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key)), ...Tags]);
}

function tagged(book: RdsBook, arn: string): { tags: Tag[]; put: (tags: Tag[]) => void } {
  const { account } = book;
  const [, region, id, type, name = ""] = /^arn:aws:rds:([^:]*):([^:]*):([^:]*):(.+)$/.exec(arn) ?? [];
  if (region !== account.region || id !== account.id) {
    throw new AwsError("InvalidParameterValue", `The specified resource name does not match an RDS resource in this region.`);
  }
  if (type === "db") {
    const instance = findInstance(account, name);
    return { tags: instance.TagList ?? [], put: (tags) => void (instance.TagList = tags) };
  }
  if (type === "snapshot") {
    const snapshot = findSnapshot(book, name);
    return { tags: snapshot.tags, put: (tags) => void (snapshot.tags = tags) };
  }
  throw new AwsError("InvalidParameterValue", `Unexpected ARN: the local AWS has no tags of ${type}.`);
}
