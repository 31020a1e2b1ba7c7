import type { CreateDocumentRequest, DocumentDescription, ListDocumentsRequest, SSM, UpdateDocumentRequest } from "@aws-sdk/client-ssm";
import { AwsError, invalid } from "../../aws-error.ts";
import type { Filled, Operations } from "../../operations.ts";
import { page, pageSize } from "../../page.ts";
import { sha256 } from "./aws-documents.ts";
import { readContent } from "./content.ts";
import type { Document, Ssm, Version } from "./ssm-state.ts";

/** 64 KB, the documented size of a document. */
const LONGEST = 65_536;

/** Documents with their versions: written, read and listed. */
export function documentOperations(ssm: Ssm): Operations<SSM> {
  return {
    CreateDocument: (input) => ({ DocumentDescription: { ...create(ssm, input), Status: "Creating" } }),
    UpdateDocument: (input) => ({ DocumentDescription: { ...update(ssm, input), Status: "Updating" } }),
    UpdateDocumentDefaultVersion: ({ Name, DocumentVersion }) => {
      const { document, version } = findVersion(ssm, Name, DocumentVersion);
      document.default = version.number;
      return { Description: { Name, DefaultVersion: DocumentVersion, ...(version.name ? { DefaultVersionName: version.name } : {}) } };
    },
    GetDocument: ({ Name, DocumentVersion, VersionName }) => {
      const { version } = findVersion(ssm, Name, VersionName ?? DocumentVersion);
      const { text, format } = version;
      return {
        Name,
        CreatedDate: version.createdAt,
        DocumentVersion: String(version.number),
        Status: "Active",
        Content: text,
        DocumentType: "Command",
        DocumentFormat: format as "JSON",
        ...(version.name ? { VersionName: version.name } : {}),
      };
    },
    DescribeDocument: ({ Name, DocumentVersion, VersionName }) => {
      const { document, version } = findVersion(ssm, Name, VersionName ?? DocumentVersion);
      return { Document: describe(document, version) };
    },
    ListDocuments: (input) => list(ssm, input),
  };
}

/** Find a document in some version: a number, `$DEFAULT` (also when nothing is said), `$LATEST`, or a version's name. */
export function findVersion(ssm: Ssm, name: string, wanted = "$DEFAULT"): { document: Document; version: Version } {
  const document = ssm.documents.get(nameIn(name));
  if (!document) throw new AwsError("InvalidDocument", `Document with name ${name} does not exist.`);
  const { versions } = document;
  const version =
    wanted === "$LATEST"
      ? versions.at(-1)
      : versions.find(
          (each) => String(each.number) === (wanted === "$DEFAULT" ? String(document.default) : wanted) || each.name === wanted,
        );
  if (!version) throw new AwsError("InvalidDocumentVersion", `The document version ${wanted} of ${name} is not valid or does not exist.`);
  return { document, version };
}

/** A document may be named by its ARN too. */
const nameIn = (name: string) => /^arn:aws:ssm:[^:]*:\d*:document\/(.+)$/.exec(name)?.[1] ?? name;

function create(
  ssm: Ssm,
  { Name, Content, DocumentFormat = "JSON", DocumentType = "Command", VersionName, Tags = [], TargetType }: Filled<CreateDocumentRequest>,
) {
  if (!/^[a-zA-Z0-9_\-.]{3,128}$/.test(Name)) {
    throw invalid("name", Name, "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.]{3,128}$");
  }
  if (/^(aws|amazon|amzn)/i.test(Name)) {
    throw new AwsError("InvalidDocumentContent", `Document name ${Name} begins with a reserved prefix.`);
  }
  if (DocumentType !== "Command") {
    throw new AwsError("InvalidDocumentContent", `Documents of type ${DocumentType} are not kept by the local AWS.`);
  }
  if (ssm.documents.has(Name)) throw new AwsError("DocumentAlreadyExists", `Document with name ${Name} already exists.`);
  const version = newVersion(ssm, 1, { text: Content, format: DocumentFormat, name: VersionName });
  const tags = Tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
  const document: Document = {
    name: Name,
    owner: ssm.account.id,
    tags,
    default: 1,
    versions: [version],
    ...(TargetType ? { targetType: TargetType } : {}),
  };
  ssm.documents.set(Name, document);
  return describe(document, version);
}

function update(
  ssm: Ssm,
  { Name, Content, DocumentFormat = "JSON", DocumentVersion = "$LATEST", VersionName }: Filled<UpdateDocumentRequest>,
) {
  const { document, version } = findVersion(ssm, Name, DocumentVersion);
  if (document.owner === "Amazon") throw new AwsError("InvalidDocument", `Document ${Name} is owned by Amazon.`);
  const latest = document.versions.at(-1)!;
  if (version !== latest) {
    throw new AwsError("InvalidDocumentVersion", "The document version is not the latest version, and only that can be updated.");
  }
  const next = newVersion(ssm, latest.number + 1, { text: Content, format: DocumentFormat, name: VersionName });
  if (document.versions.some((each) => each.hash === next.hash)) {
    throw new AwsError(
      "DuplicateDocumentContent",
      "The content of the association document matches another document. Change the content of the document and try again.",
    );
  }
  if (VersionName !== undefined && document.versions.some((each) => each.name === VersionName)) {
    throw new AwsError("DuplicateDocumentVersionName", `The version name ${VersionName} has already been used in this document.`);
  }
  document.versions.push(next);
  return describe(document, next);
}

function newVersion(ssm: Ssm, number: number, { text, format, name }: { text: string; format: string; name: string | undefined }): Version {
  if (Buffer.byteLength(text) > LONGEST) throw new AwsError("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.");
  const base = { number, text, format, hash: sha256(text), createdAt: ssm.account.clock.now(), content: readContent(text, format) };
  return name === undefined ? base : { ...base, name };
}

function describe(document: Document, version: Version): DocumentDescription {
  const { content } = version;
  const parameters = Object.entries(content.parameters).map(([Name, { type, description, default: value }]) => ({
    Name,
    Type: type as "String",
    Description: description ?? "",
    ...(value === undefined ? {} : { DefaultValue: typeof value === "string" ? value : JSON.stringify(value) }),
  }));
  return {
    Name: document.name,
    Owner: document.owner,
    Hash: version.hash,
    HashType: "Sha256",
    CreatedDate: version.createdAt,
    Status: "Active",
    DocumentVersion: String(version.number),
    DefaultVersion: String(document.default),
    LatestVersion: String(document.versions.at(-1)!.number),
    Description: content.description,
    Parameters: parameters,
    PlatformTypes: ["Linux", "MacOS"],
    DocumentType: "Command",
    SchemaVersion: content.schemaVersion,
    DocumentFormat: version.format as "JSON",
    Tags: document.tags,
    ...(version.name ? { VersionName: version.name } : {}),
    ...(document.targetType ? { TargetType: document.targetType } : {}),
  };
}

function list(ssm: Ssm, { Filters = [], DocumentFilterList = [], MaxResults, NextToken }: Filled<ListDocumentsRequest>) {
  const asked = [
    ...Filters.map(({ Key, Values = [] }) => ({ Key, Values })),
    ...DocumentFilterList.map(({ key, value }) => ({ Key: key, Values: [value ?? ""] })),
  ];
  const found = [...ssm.documents.values()].filter((document) => asked.every(({ Key = "", Values }) => fits(document, Key, Values)));
  const { items, next } = page(found, { token: NextToken, size: pageSize(MaxResults, { most: 50 }) });
  const DocumentIdentifiers = items.map((document) => {
    const { Name, Owner, CreatedDate, PlatformTypes, DocumentVersion, DocumentType, SchemaVersion, DocumentFormat, Tags } = describe(
      document,
      document.versions.find(({ number }) => number === document.default)!,
    );
    return { Name, Owner, CreatedDate, PlatformTypes, DocumentVersion, DocumentType, SchemaVersion, DocumentFormat, Tags };
  });
  return { DocumentIdentifiers, ...(next ? { NextToken: next } : {}) };
}

function fits({ name, owner, tags }: Document, key: string, values: readonly string[]): boolean {
  if (key === "Name") return values.some((value) => name.startsWith(value));
  if (key === "Owner") {
    return values.some((value) =>
      value === "Self" ? owner !== "Amazon" : value === "Amazon" ? owner === "Amazon" : value !== "Private" && value !== "Public",
    );
  }
  if (key === "DocumentType") return values.includes("Command");
  if (key === "PlatformTypes") return values.some((value) => value === "Linux" || value === "MacOS");
  if (key.startsWith("tag:")) return tags.some(({ Key, Value }) => `tag:${Key}` === key && values.includes(Value));
  throw new AwsError("InvalidFilterKey", `The specified key ${key} isn't valid.`);
}
