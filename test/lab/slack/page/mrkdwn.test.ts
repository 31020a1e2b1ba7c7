import { describe, expect, it } from "vitest";
import type { Inline, Passage } from "../../../../lab/slack/page/text/inline.ts";
import { parseMarkdown } from "../../../../lab/slack/page/text/markdown.ts";
import { parseMrkdwn } from "../../../../lab/slack/page/text/mrkdwn.ts";

/** A tree as short text: what is set in which way stands in brackets after its name. */
function told(parts: readonly Inline[]): string {
  return parts.map(toldOne).join("");
}

function toldOne(part: Inline): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "break":
      return "⏎";
    case "styled":
      return `${part.style}[${told(part.inside)}]`;
    case "link":
      return `link[${part.url} ${told(part.inside)}]`;
    case "emoji":
      return `emoji[${part.name}]`;
    case "broadcast":
      return `broadcast[${part.range}]`;
    case "color":
      return part.value;
    case "date":
      return `date[${part.unix} ${part.format} ${part.url ?? ""} ${part.fallback}]`;
    case "user":
    case "channel":
    case "group":
      return `${part.kind}[${part.id} ${part.label ?? ""}]`;
  }
}

function passages(all: readonly Passage[]): string[] {
  return all.map((passage) => {
    if (passage.kind === "quote") return `quote(${passages(passage.inside).join(" ")})`;
    if (passage.kind === "list")
      return `list(${passage.items.map(({ inside, done }) => `${done ?? ""}${passages(inside).join(" ")}`).join("; ")})`;
    if (passage.kind === "rule") return "rule";
    if (passage.kind === "table") return `table(${[passage.head, ...passage.rows].map((row) => row.map(told).join(" | ")).join(" / ")})`;
    return `${passage.kind === "heading" ? `heading ${passage.level}` : passage.kind}(${told(passage.inside)})`;
  });
}

describe("mrkdwn", () => {
  const cases: [name: string, text: string, ...read: string[]][] = [
    ["stars, underscores and tildes set words", "*b* _i_ ~s~", "lines(bold[b] italic[i] strike[s])"],
    ["they do not next to letters", "2*3*4 a_b_c x~y~z", "lines(2*3*4 a_b_c x~y~z)"],
    ["a Korean particle is a letter too", "*굵게*는 그대로", "lines(*굵게*는 그대로)"],
    ["they do not across lines", "*a\nb*", "lines(*a⏎b*)"],
    ["they do not around spaces or nothing", "* a * ** __", "lines(* a * ** __)"],
    ["one may stand in another", "*b _i_ b*", "lines(bold[b italic[i] b])"],
    ["in code, nothing is set", "`*a* <http://x.y>&lt;`", "lines(code[*a* link[http://x.y http://x.y]<])"],
    ["a style reaches over code", "*a `*` b*", "lines(bold[a code[*] b])"],
    ["fences keep their lines", "a\n```\n x &amp; y\n\n z```\nb", "lines(a)", "pre( x & y⏎⏎ z)".replaceAll("⏎", "\n"), "lines(b)"],
    ["lines are quoted, escaped or not", "&gt; a\n> b\nc", "quote(lines(a⏎b))", "lines(c)"],
    ["links have words", "<https://a.b/?c=1&amp;d=2|x &amp; *y*>", "lines(link[https://a.b/?c=1&d=2 x & *y*])"],
    ["bare addresses end before the sentence does", "see https://a.b/c).", "lines(see link[https://a.b/c https://a.b/c]).)"],
    [
      "people, channels, groups and all are mentioned",
      "<@U1> <#C1|prod> <!subteam^S1|@oncall> <!here>",
      "lines(user[U1 ] channel[C1 prod] group[S1 @oncall] broadcast[here])",
    ],
    [
      "dates have a format and words to fall back on",
      "<!date^17^{date} at {time}^https://a.b|then>",
      "lines(date[17 {date} at {time} https://a.b then])",
    ],
    ["a date's link must be safe", "<!date^17^{date}^javascript:x|then>", "lines(date[17 {date}  then])"],
    ["known emoji are drawn, times are not", ":eyes: :nope: 12:30:45", "lines(emoji[eyes] :nope: 12:30:45)"],
    ["escaped signs are signs, and only once", "&lt;b&gt; &amp;lt; &quot;", "lines(<b> &lt; &quot;)"],
    [
      "addresses that run code are words",
      "<javascript:alert(1)|click> <data:text/html,x>",
      "lines(<javascript:alert(1)|click> <data:text/html,x>)",
    ],
    ["HTML is words", "<script>x</script> <img src=x>", "lines(<script>x</script> <img src=x>)"],
    ["signs without an end stay", "*a <c ```d", "lines(*a <c ```d)"],
  ];
  it.each(cases)("%s", (_, text, ...read) => expect(passages(parseMrkdwn(text))).toEqual(read));

  it("ends, whatever it is given", () => {
    const signs = ["*", "_", "~", "`", "```", "<", ">", "|", "&lt;", ":", "\n", "> ", "<@U1>", "https://a.b", "가", "a", " "];
    let seed = 7;
    const next = () => (seed = (seed * 48_271) % 2_147_483_647);
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: 1 + (next() % 14) }, () => signs[next() % signs.length]).join("");
      expect(() => [parseMrkdwn(text), parseMarkdown(text)], text).not.toThrow();
    }
  });

  it("is quick with long and unclosed signs", () => {
    const started = performance.now();
    for (const sign of ["*", "_a ", "`", "<", "```", "**", "[", "> "])
      expect([parseMrkdwn(sign.repeat(3000)), parseMarkdown(sign.repeat(3000))]).toHaveLength(2);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("Markdown", () => {
  const cases: [name: string, text: string, ...read: string[]][] = [
    [
      "headings, rules and paragraphs",
      "# A *b*\ntext\nmore\n\n---\n## C ##",
      "heading 1(A italic[b])",
      "lines(text⏎more)",
      "rule",
      "heading 2(C)",
    ],
    ["words are set with one sign or two", "**b** *i* __b__ _i_ ~~s~~ `c`", "lines(bold[b] italic[i] bold[b] italic[i] strike[s] code[c])"],
    ["snake_case and 2 * 3 stay", "snake_case_name 2 * 3 * 4", "lines(snake_case_name 2 * 3 * 4)"],
    ["links are safe or words", "[a **b**](https://a.b/c_(d)) [x](javascript:y)", "lines(link[https://a.b/c_(d) a bold[b]] x)"],
    ["Slack's mentions work, HTML does not", "<@U1> <b>x</b> \\*y\\*", "lines(user[U1 ] <b>x</b> *y*)"],
    ["lists stand in lists", "1. a\n   - b\n2. c", "list(lines(a) list(lines(b)); lines(c))"],
    ["tasks are done or not", "- [x] a\n- [ ] b", "list(truelines(a); falselines(b))"],
    ["fences and quotes", "```sh\n*a*\n```\n> q\n> > r", "pre(*a*)", "quote(lines(q) quote(lines(r)))"],
    ["tables", "|a|b|\n|-|-:|\n|1|`2`|", "table(a | b / 1 | code[2])"],
  ];
  it.each(cases)("%s", (_, text, ...read) => expect(passages(parseMarkdown(text))).toEqual(read));
});
