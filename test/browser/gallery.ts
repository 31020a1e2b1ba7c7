import { evidenceMessages, formMessages } from "./gallery-blocks.ts";

/** What an app posts: full text and blocks. */
export type Posted = { text: string; blocks: Record<string, unknown>[] };

/** Words that are markup to anything careless: HTML, scripts, Slack's own signs, addresses that run code. */
export const HOSTILE = `<img src=x onerror="window.hurt=1"><script>window.hurt=1</script> <b>&"'\`</b> <javascript:window.hurt=1|click> <!channel>`;

/** Text in all the ways of mrkdwn, Markdown and rich text. */
function wordMessages(): Posted[] {
  const mrkdwn = [
    "*bold* _italic_ ~strike~ `code` and *bold with _italic_ in it*, 2*3*4 stays, snake_case_name stays",
    "> a quote\n> on two lines",
    "```\n$ systemctl status gunicorn\nActive: active (running)\n```",
    "<https://example.com/a?b=1&amp;c=2|a link>, https://example.com/plain., <@U0MINA> <#C0PROD|prod> <!subteam^S0ONCALL|@oncall> <!here>",
    ":white_check_mark: :no_such_emoji: &lt;b&gt; &amp;amp; <!date^1764130000^{date_num} {time_secs}|fallback>",
    "디스크 큐가 *0.1에서 64로* 늘었습니다. 첫 502는 <!date^1764130000^{date_long} {time}|14:06>입니다.",
  ].join("\n");
  const markdown = [
    "## What was seen",
    "The queue grew **before** the first *502*, ~~after~~ see `df -h` and [the runbook](https://example.com/runbook).",
    "",
    "1. Requests wait for the database",
    "   - `INSERT` takes 31 s",
    "2. Workers are killed",
    "",
    "- [x] disk looked at",
    "- [ ] memory looked at",
    "",
    "> quoted",
    "",
    "| host | queue |",
    "|:-----|------:|",
    "| web-1 | 64 |",
    "",
    "```sh",
    "<b>not html</b>",
    "```",
    "---",
  ].join("\n");
  return [
    { text: "Words in mrkdwn", blocks: mrkdwn.split("\n\n").map((text) => ({ type: "section", text: { type: "mrkdwn", text } })) },
    { text: "Words in Markdown", blocks: [{ type: "markdown", text: markdown }] },
    { text: "Words in rich text", blocks: [richText()] },
    { text: "Hostile words from a host", blocks: hostileBlocks() },
  ];
}

function richText() {
  const item = (text: string) => ({ type: "rich_text_section", elements: [{ type: "text", text }] });
  return {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "rich ", style: { bold: true } },
          { type: "text", text: "text", style: { italic: true, strike: true } },
          { type: "text", text: " for " },
          { type: "user", user_id: "U0ALEX" },
          { type: "text", text: " in " },
          { type: "channel", channel_id: "C0PROD" },
          { type: "text", text: " " },
          { type: "emoji", name: "eyes" },
          { type: "link", url: "https://example.com/", text: "linked" },
        ],
      },
      { type: "rich_text_list", style: "bullet", elements: [item("first"), item("second")] },
      { type: "rich_text_list", style: "ordered", indent: 1, elements: [item("deeper")] },
      { type: "rich_text_quote", elements: [{ type: "text", text: "quoted richly" }] },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "avg-cpu:  %user  %iowait\n            2.1     88.4" }] },
    ],
  };
}

function hostileBlocks() {
  const escaped = HOSTILE.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    { type: "section", text: { type: "mrkdwn", text: HOSTILE.replace("<!channel>", "") } },
    { type: "section", text: { type: "mrkdwn", text: `\`\`\`${escaped}\`\`\`` } },
    { type: "section", text: { type: "plain_text", text: HOSTILE } },
    { type: "markdown", text: `${HOSTILE} [click](javascript:window.hurt=1)` },
    { type: "rich_text", elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: HOSTILE }] }] },
  ];
}

/** One message set with every kind of block that may stand in a message. */
export function galleryMessages(): Posted[] {
  return [...wordMessages(), ...evidenceMessages(), ...formMessages()];
}
