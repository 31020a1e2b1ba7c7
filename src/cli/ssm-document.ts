import { documentName, documentOf, MOST_BYTES, textOf } from "../aws/ssm/document.ts";
import { plain } from "../words/numbers.ts";
import { DEFAULT_RUNBOOK, openLibrary, runbookOf } from "./shipped.ts";
import type { SharedOptions, Terminal } from "./verbs.ts";
import metadata from "../../package.json" with { type: "json" };

/** The options of `gumshoe ssm-document`. */
export type DocumentOptions = SharedOptions & { runbook?: string; updateCommand: boolean };

/**
 * `gumshoe ssm-document`: print a runbook's SSM document, and on standard error its size and how to register it; or print only the commands that
 * bring a registered one up to date.
 */
export async function printDocument(
  { runbook: id = DEFAULT_RUNBOOK, runbooks, updateCommand, words }: DocumentOptions,
  terminal: Terminal,
) {
  const { library } = await openLibrary(runbooks);
  const runbook = runbookOf(library, id, words);
  const name = documentName(runbook.id);
  const update = updateOf(name, runbook.id);
  if (updateCommand) return terminal.print(update);
  const text = textOf(documentOf(runbook, `Gumshoe ${metadata.version} looks at a host, read-only: ${runbook.title.en}`));
  terminal.print(text);
  const { size, register, update: later } = words.ssmDocument;
  terminal.progress(
    `${size(name, plain(text.length), plain(MOST_BYTES))}\n\n${register}\n\n${registerOf(name, runbook.id)}\n${later}\n\n${update}`,
  );
}

function registerOf(name: string, runbook: string): string {
  return `npx gumshoe ssm-document --runbook ${runbook} >${name}.json
aws ssm create-document --name ${name} --document-type Command --document-format JSON --content file://${name}.json
`;
}

/** A new version, and the default from then on: the default is what is compared before anything is sent. */
function updateOf(name: string, runbook: string): string {
  return `npx gumshoe ssm-document --runbook ${runbook} >${name}.json &&
version=$(aws ssm update-document --name ${name} --document-version '$LATEST' --document-format JSON --content file://${name}.json \\
  --query DocumentDescription.DocumentVersion --output text) &&
aws ssm update-document-default-version --name ${name} --document-version "$version"
`;
}
