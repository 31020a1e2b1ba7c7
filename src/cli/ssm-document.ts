import { repairDocument, repairDocumentName, type RepairScript } from "../aws/repairs/documents.ts";
import { documentName, documentOf, MOST_BYTES, textOf, type SsmDocument } from "../aws/ssm/document.ts";
import { plain } from "../words/numbers.ts";
import { DEFAULT_RUNBOOK, openLibrary, runbookOf } from "./shipped.ts";
import type { SharedOptions, Terminal } from "./verbs.ts";
import metadata from "../../package.json" with { type: "json" };

/** The options of `gumshoe ssm-document`. */
export type DocumentOptions = SharedOptions & { runbook?: string; repair?: RepairScript; updateCommand: boolean };

/** A document as it is registered: its name, the option that prints it, and the document itself. */
type Printed = { name: string; option: string; document: SsmDocument };

/**
 * `gumshoe ssm-document`: print a runbook's or a repair's SSM document, and on standard error its size and how to register it; or print only the
 * commands that bring a registered one up to date.
 */
export async function printDocument(options: DocumentOptions, terminal: Terminal) {
  const { repair, updateCommand, words } = options;
  const printed = repair === undefined ? await ofRunbook(options) : ofRepair(repair);
  const update = updateOf(printed);
  if (updateCommand) return terminal.print(update);
  const text = textOf(printed.document);
  terminal.print(text);
  const { size, register, update: later } = words.ssmDocument;
  const sized = size(printed.name, plain(text.length), plain(MOST_BYTES));
  terminal.progress(`${sized}\n\n${register}\n\n${registerOf(printed)}\n${later}\n\n${update}`);
}

async function ofRunbook({ runbook: id = DEFAULT_RUNBOOK, runbooks, words }: DocumentOptions): Promise<Printed> {
  const { library } = await openLibrary(runbooks);
  const runbook = runbookOf(library, id, words);
  const document = documentOf(runbook, `Gumshoe ${metadata.version} looks at a host, read-only: ${runbook.title.en}`);
  return { name: documentName(runbook.id), option: `--runbook ${runbook.id}`, document };
}

function ofRepair(id: RepairScript): Printed {
  const document = repairDocument(id, `Gumshoe ${metadata.version}: ${id}`);
  return { name: repairDocumentName(id), option: `--repair ${id}`, document };
}

function registerOf({ name, option }: Printed): string {
  return `npx gumshoe ssm-document ${option} >${name}.json
aws ssm create-document --name ${name} --document-type Command --document-format JSON --content file://${name}.json
`;
}

/** A new version, and the default from then on: the default is what is compared before anything is sent. */
function updateOf({ name, option }: Printed): string {
  return `npx gumshoe ssm-document ${option} >${name}.json &&
version=$(aws ssm update-document --name ${name} --document-version '$LATEST' --document-format JSON --content file://${name}.json \\
  --query DocumentDescription.DocumentVersion --output text) &&
aws ssm update-document-default-version --name ${name} --document-version "$version"
`;
}
