import { AwsError } from "../../../aws-error.ts";

/** Metric math as it is read: numbers, metrics by their ids, calls of functions, lists, and operators. */
export type Expression =
  | { is: "number"; value: number }
  | { is: "metric"; id: string }
  | { is: "list"; of: readonly Expression[] }
  | { is: "call"; name: string; with: readonly Expression[] }
  | { is: "operator"; name: string; left: Expression; right: Expression };

/** Functions that are calculated here: a part of CloudWatch's. */
const FUNCTIONS: ReadonlySet<string> = new Set(["METRICS", "SUM", "AVG", "MIN", "MAX", "ABS", "IF", "FILL", "ANOMALY_DETECTION_BAND"]);

/** Operators from those that bind the least to those that bind the most. */
const LEVELS: readonly (readonly string[])[] = [["||"], ["&&"], ["==", "!="], ["<=", ">=", "<", ">"], ["+", "-"], ["*", "/"], ["^"]];

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|<=|>=|==|!=|&&|\|\||[-+*/^()[\],<>])/y;

const notValid = (text: string, why: string) =>
  new AwsError("ValidationError", `Error in expression '${text}': ${why} (the local AWS calculates a part of metric math)`);

/** Reads an expression; what is not calculated here is refused. */
export function parse(text: string): Expression {
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.trimEnd().length;) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw notValid(text, `"${text.slice(at, at + 10)}" is not expected`);
    tokens.push(token);
  }
  const reader = new Reader(text, tokens);
  const expression = reader.level(0);
  reader.end();
  return expression;
}

class Reader {
  readonly #text: string;
  readonly #tokens: string[];
  constructor(text: string, tokens: string[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  level(depth: number): Expression {
    const names = LEVELS[depth];
    if (!names) return this.#atom();
    let left = this.level(depth + 1);
    for (let name = this.#take(names); name !== undefined; name = this.#take(names)) {
      left = { is: "operator", name, left, right: this.level(depth + 1) };
    }
    return left;
  }

  end(): void {
    if (this.#tokens.length > 0) throw notValid(this.#text, `"${this.#tokens[0]}" is not expected`);
  }

  #take(names: readonly string[]): string | undefined {
    return names.includes(this.#tokens[0] ?? "") ? this.#tokens.shift() : undefined;
  }

  #expect(token: string): void {
    if (this.#tokens.shift() !== token) throw notValid(this.#text, `"${token}" is missing`);
  }

  #atom(): Expression {
    const token = this.#tokens.shift() ?? "";
    if (/^\d/.test(token)) return { is: "number", value: Number(token) };
    if (token === "-") return { is: "operator", name: "-", left: { is: "number", value: 0 }, right: this.#atom() };
    if (token === "[") return { is: "list", of: this.#several("]") };
    if (token === "(") {
      const inner = this.level(0);
      this.#expect(")");
      return inner;
    }
    if (!/^[A-Za-z]/.test(token)) throw notValid(this.#text, `"${token}" is not expected`);
    if (this.#take(["("]) === undefined) return { is: "metric", id: token };
    if (!FUNCTIONS.has(token)) throw notValid(this.#text, `${token} is not known`);
    return { is: "call", name: token, with: this.#several(")") };
  }

  #several(close: string): Expression[] {
    const found: Expression[] = [];
    while (this.#tokens.length > 0 && this.#tokens[0] !== close) {
      found.push(this.level(0));
      if (this.#take([","]) === undefined) break;
    }
    this.#expect(close);
    return found;
  }
}
