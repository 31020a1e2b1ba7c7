/** A directive with its arguments, and the directives of its block. A site is one whose name is its address. */
export type Directive = { name: string; args: readonly string[]; block: Directive[] };

/** How deep blocks are followed; Caddyfiles stay below ten. */
const DEEPEST = 30;

/** Tokens beyond this are not looked at. */
const MOST_TOKENS = 50_000;

type Token = { text: string; line: number };

/** Reads a Caddyfile into its directives, comments left out. `closed` is false where a block was not closed: the text is cut. */
export function readCaddyfile(text: string): { directives: Directive[]; closed: boolean } {
  const root: Directive = { name: "", args: [], block: [] };
  const open = [root];
  let closed = true;
  for (const line of linesOf(tokensOf(text))) {
    const words = [...line];
    while (words[0] === "}") {
      words.shift();
      if (open.length > 1) open.pop();
    }
    const opens = words.at(-1) === "{";
    if (opens) words.pop();
    const inline = !opens && words.at(-1) === "}" && words.includes("{");
    const directive: Directive = {
      name: words[0] ?? "",
      args: words.slice(1).filter((word) => !inline || !/^[{}]$/.test(word)),
      block: [],
    };
    if (words.length > 0 || opens) open.at(-1)?.block.push(directive);
    if (opens && open.length < DEEPEST) open.push(directive);
  }
  closed = open.length === 1;
  return { directives: root.block, closed };
}

/** All directives of a name, in the order written, however deep. */
export function directivesNamed(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((directive) => [...(directive.name === name ? [directive] : []), ...directivesNamed(directive.block, name)]);
}

function linesOf(tokens: readonly Token[]): string[][] {
  const lines: string[][] = [];
  let current = -1;
  for (const token of tokens) {
    if (token.line !== current) lines.push([]);
    current = token.line;
    lines.at(-1)?.push(token.text);
  }
  return lines;
}

/** Words by blanks; quotes and backticks keep blanks, `#` at the start of a word begins a comment, `<<X` a text up to a line `X`. */
function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  let until: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (found.length > MOST_TOKENS) break;
    if (until !== undefined) {
      if (line.trim() === until) until = undefined;
      continue;
    }
    for (const m of line.slice(0, 16_384).matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`|(#.*)|(\S+)/g)) {
      if (m[3] !== undefined) break;
      const heredoc = /^<<([\w-]{1,64})$/.exec(m[4] ?? "");
      if (heredoc) until = heredoc[1];
      found.push({ text: m[1] ?? m[2] ?? m[4] ?? "", line: index });
    }
  }
  return found;
}
