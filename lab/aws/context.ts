import type { Principal } from "./credentials.ts";
import type { Context } from "./world.ts";

/** Members of inputs that conditions of policies speak of. */
const KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rds: {
    PubliclyAccessible: "rds:PubliclyAccessible",
    ManageMasterUserPassword: "rds:ManageMasterUserPassword",
    DBInstanceClass: "rds:DatabaseClass",
    AllocatedStorage: "rds:StorageSize",
    MultiAZ: "rds:MultiAz",
  },
  cloudwatch: { AlarmActions: "cloudwatch:AlarmActions", Namespace: "cloudwatch:namespace" },
  sts: { SourceIdentity: "sts:SourceIdentity", RoleSessionName: "sts:RoleSessionName" },
};

/** What a call says to the conditions of policies: members of its input, the tags that it gives, and its session's source identity. */
export function contextOf(service: string, input: Readonly<Record<string, unknown>>, { sourceIdentity }: Principal): Context {
  const context: Record<string, string[]> = {};
  for (const [member, key] of Object.entries(KEYS[service] ?? {})) {
    const value = input[member];
    // A condition on something that is not said has nothing to look at: the key is absent.
    if (value !== undefined) context[key] = [value].flat().map(String);
  }
  const tags = tagsIn(input);
  for (const [key, value] of tags) context[`aws:RequestTag/${key}`] = [value];
  if (tags.length > 0) context["aws:TagKeys"] = tags.map(([key]) => key);
  if (sourceIdentity !== undefined) context["aws:SourceIdentity"] = [sourceIdentity];
  return context;
}

function tagsIn({ Tags, tags = Tags }: Readonly<Record<string, unknown>>): [key: string, value: string][] {
  if (!Array.isArray(tags)) return [];
  return (tags as Record<string, string | undefined>[]).map((tag) => [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""]);
}
