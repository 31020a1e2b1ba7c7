import type { Words } from "../words/en.ts";
import type { Picture } from "./chart/pictures.ts";
import { literal } from "./markdown-text.ts";
import type { Postmortem } from "./postmortem.ts";
import type { ToldCause } from "./told.ts";

/** Turns foreign text into literal Markdown. */
type Literal = (text: string) => string;

/**
 * The draft as Markdown (GitHub's, for its tables and task lists). Charts stand as `<name>.png` beside it. Whatever comes from outside is escaped,
 * redacted and cut with a note; what a person must fill in stands in bold.
 */
export function markdownOf(postmortem: Postmortem, words: Words): string {
  const { sections, alarms, course } = words.report;
  const text: Literal = (foreign) => literal(foreign, words.report.cut);
  const blocks = [
    `# ${text(postmortem.title)}`,
    `> ${words.report.draft} ${toFill(words.report.ask.example, words)}`,
    table(["", ""], postmortem.facts, text),
    `## ${sections.summary}`,
    ...postmortem.summary.map(text),
    toFill(words.report.ask.felt, words),
    `## ${sections.impact}`,
    table(["", ""], postmortem.impact, text),
    ...picturesIn(postmortem, "impact", text),
    ...(postmortem.alarms.length === 0 ? [] : [`## ${sections.alarms}`, table(alarms.columns, postmortem.alarms, text)]),
    `## ${sections.timeline}`,
    table(
      course.columns,
      postmortem.timeline.map(({ when, what, source }) => [when, what, source]),
      text,
    ),
    ...causeBlocks(postmortem, words, text),
    ...proofBlocks(postmortem, words, text),
    `## ${sections.notSeen}`,
    bullets(postmortem.notSeen, text),
    ...peopleBlocks(postmortem, words, text),
    `## ${sections.followUps}`,
    ...followUpBlocks(postmortem, words, text),
    `## ${sections.lessons}`,
    toFill(words.report.ask.lessons, words),
    ...appendixBlocks(postmortem, words, text),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function causeBlocks(postmortem: Postmortem, words: Words, text: Literal): string[] {
  const { sections } = words.report;
  const { cause } = postmortem;
  const roots = cause.roots.flatMap(({ title, says, why }) => [
    `**${text(title)}**`,
    ...says.map(text),
    ...(why.length === 0 ? [] : [`${sections.why}:`, bullets(why, text)]),
  ]);
  const seen = cause.alsoSeen.length === 0 ? [] : [words.alsoSeen(cause.alsoSeen)];
  return [
    `## ${sections.cause}`,
    ...roots,
    ...cause.notes.map(text),
    ...(cause.proven ? [] : [toFill(words.report.ask.cause, words)]),
    ...titled(sections.chain, cause.chain.length === 0 ? [] : [cause.chain.join(" → "), ...cause.arithmetic, ...seen], text),
    ...picturesIn(postmortem, "cause", text),
    ...titled(sections.suspected, cause.suspected.map(weighed), text),
    ...titled(sections.ruledOut, cause.ruledOut.map(weighed), text),
    ...titled(sections.unknown, unknownLines(postmortem, words), text),
    ...titled(sections.changed, cause.changed, text),
  ];
}

function proofBlocks({ proof }: Postmortem, words: Words, text: Literal): string[] {
  return proof ? [`## ${words.proof.report.title}`, text(proof.says), table(proof.columns, proof.rows, text)] : [];
}

function weighed({ title, why }: ToldCause): string {
  return why.length === 0 ? title : `${title}: ${why.join("; ")}`;
}

function unknownLines({ cause }: Postmortem, words: Words): string[] {
  const lacking = cause.unknown.map(({ title, why }) => `${title}: ${words.missingFacts(why)}`);
  return cause.notSettled.length === 0 ? lacking : [...lacking, words.notSettled(cause.notSettled)];
}

function peopleBlocks({ people }: Postmortem, words: Words, text: Literal): string[] {
  const { sections, people: told, ask } = words.report;
  const deeds = people.map(({ when, who, did }) => `- ${text(when)} **${text(who)}** ${text(did)}`);
  return [`## ${sections.people}`, deeds.length === 0 ? told.none : deeds.join("\n"), toFill(ask.restored, words)];
}

function followUpBlocks({ followUps }: Postmortem, words: Words, text: Literal): string[] {
  const owner = toFill(words.report.ask.owner, words);
  return [[...followUps.map((each) => `- [ ] ${text(each)} ${owner}`), `- [ ] ${owner}`].join("\n")];
}

function appendixBlocks({ appendix }: Postmortem, words: Words, text: Literal): string[] {
  const { sections, appendix: told } = words.report;
  const looks = appendix.looks.length === 0 ? told.none : table(told.columns, appendix.looks, text);
  const steps = appendix.steps
    ? [`### ${text(sections.steps(appendix.steps.at))}`, table(told.stepColumns, appendix.steps.rows, text)]
    : [];
  return [`## ${sections.appendix}`, looks, ...steps];
}

function picturesIn({ pictures }: Postmortem, section: Picture["section"], text: Literal): string[] {
  return pictures.filter((picture) => picture.section === section).map(({ name, chart }) => `![${text(chart.alt)}](${name}.png)`);
}

function titled(title: string, lines: readonly string[], text: Literal): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, bullets(lines, text)];
}

function bullets(lines: readonly string[], text: Literal): string {
  return lines.map((each) => `- ${text(each)}`).join("\n");
}

function table(columns: readonly string[], rows: readonly (readonly string[])[], text: Literal): string {
  if (rows.length === 0) return "";
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(columns), row(columns.map(() => "---")), ...rows.map((cells) => row(cells.map(text)))].join("\n");
}

/** What a person must fill in: in bold, between spaces, so that it is bold in every language. */
function toFill(what: string, words: Words): string {
  return `**${words.report.fillIn(what)}**`;
}
