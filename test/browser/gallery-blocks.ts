import type { Posted } from "./gallery.ts";

const HOURS = Array.from({ length: 12 }, (_, at) => `14:${String(at * 5).padStart(2, "0")}`);
const QUEUE = [0.1, 0.2, 0.1, 0.4, 9.5, 31, 48, 64, 63, 61, 64, 62];

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const rich = (text: string) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] });

/** A plan whose steps stand as told. */
export function plan(statuses: readonly string[]) {
  const titles = ["Requests at the proxy", "Workers of gunicorn", "Memory and kernel", "Database: connect", "Database: disk queue"];
  const outputs = ["1,204 of 5,310 requests ended in 502", "4 of 4 workers waiting", "", "connected in 31 ms", "64 on average"];
  const tasks = statuses.map((status, at) => ({
    type: "task_card",
    task_id: `step-${at}`,
    title: titles[at] ?? `Step ${at + 1}`,
    status,
    ...(status === "complete" && outputs[at] ? { output: rich(outputs[at]) } : {}),
    ...(status === "error" ? { output: rich("the host did not answer within 20 s") } : {}),
    ...(at === 0 ? { sources: [{ type: "url", url: "https://example.com/log", text: "access.log" }] } : {}),
  }));
  return { type: "plan", title: "Looking into prod", tasks };
}

/** A chart along an axis. */
function chart(type: "line" | "area" | "bar") {
  const points = (factor: number) => HOURS.map((label, at) => ({ label, value: Math.round((QUEUE[at] ?? 0) * factor * 10) / 10 }));
  const series = [
    { name: "Disk queue", data: points(1) },
    { name: "Failed requests", data: points(0.4) },
  ];
  const axis = { categories: HOURS, x_label: "Time (UTC)", y_label: "Operations waiting" };
  return { type: "data_visualization", title: "Disk queue and failed requests", chart: { type, series, axis_config: axis } };
}

/** Evidence as an app shows it: steps, charts, tables, pictures, what can be folded away. */
export function evidenceMessages(): Posted[] {
  const pie = [
    { label: "200", value: 4106 },
    { label: "502", value: 1204 },
    { label: "499", value: 310 },
  ];
  const text = (words: string) => ({ type: "raw_text", text: words });
  const number = (value: number) => ({ type: "raw_number", value, text: String(value) });
  const rows = Array.from({ length: 7 }, (_, at) => [text(`web-${at + 1}`), number(at * 12), rich(at % 2 ? "waiting" : "healthy")]);
  return [
    { text: "Steps of the look", blocks: [plan(["complete", "complete", "error", "in_progress", "pending"])] },
    {
      text: "One step",
      blocks: [{ type: "task_card", task_id: "one", title: "A step of its own", status: "in_progress", details: rich("since 4 s") }],
    },
    { text: "Charts of the queue", blocks: [chart("line"), chart("area")] },
    {
      text: "More charts",
      blocks: [chart("bar"), { type: "data_visualization", title: "Answers by status", chart: { type: "pie", segments: pie } }],
    },
    {
      text: "A table of clues",
      blocks: [
        {
          type: "table",
          column_settings: [{ is_wrapped: true }, { align: "right" }],
          rows: [
            [text("Clue"), text("Value"), text("Says")],
            [text("Disk queue depth"), number(64), rich("the disk is saturated")],
            [text("Free memory"), number(512), rich("against: memory is there")],
          ],
        },
      ],
    },
    {
      text: "A table to turn over",
      blocks: [
        { type: "data_table", caption: "Hosts looked at", page_size: 3, rows: [[text("Host"), text("Queue"), text("State")], ...rows] },
      ],
    },
    {
      text: "Folded evidence",
      blocks: [
        {
          type: "container",
          title: plain("Raw evidence"),
          subtitle: mrkdwn("3 commands, *web-1*"),
          is_collapsible: true,
          default_collapsed: true,
          child_blocks: [{ type: "section", text: mrkdwn("```iostat -x 1 3```") }],
        },
        {
          type: "container",
          title: plain("What it means"),
          has_header_divider: true,
          child_blocks: [{ type: "section", text: mrkdwn("The disk of the database is the *bottleneck*.") }],
        },
        {
          type: "image",
          image_url: "https://example.com/queue.png",
          alt_text: "The disk queue rises from 0.1 to 64 at 14:20",
          title: plain("Disk queue"),
        },
      ],
    },
    {
      text: "Cards",
      blocks: [
        {
          type: "card",
          title: mrkdwn("*Restart gunicorn*"),
          subtitle: mrkdwn("web-1"),
          body: mrkdwn("Frees the workers, not the disk"),
          actions: [{ type: "button", action_id: "card_pick", text: plain("Choose") }],
        },
        {
          type: "carousel",
          elements: ["Move to a bigger disk", "Stop the import", "Do nothing"].map((title) => ({
            type: "card",
            title: mrkdwn(title),
            body: mrkdwn("One way out of three"),
          })),
        },
      ],
    },
  ];
}

/** What can be pressed and chosen in a message. */
export function formMessages(): Posted[] {
  const options = ["web-1", "web-2", "web-3"].map((name) => ({ text: plain(name), value: name }));
  const confirm = {
    title: plain("Restart gunicorn?"),
    text: mrkdwn("It takes *web-1* down for 3 s."),
    confirm: plain("Restart"),
    deny: plain("Leave it"),
    style: "danger",
  };
  return [
    {
      text: "Things to press",
      blocks: [
        { type: "header", text: plain("The disk of the database is saturated") },
        {
          type: "section",
          text: mrkdwn("*Cause:* `db-disk-saturated`"),
          fields: [mrkdwn("*Since*\n14:20"), mrkdwn("*Certainty*\nconfirmed")],
          accessory: { type: "overflow", action_id: "more", options },
        },
        { type: "divider" },
        {
          type: "section",
          text: mrkdwn("Which host?"),
          accessory: { type: "static_select", action_id: "host", placeholder: plain("Choose a host"), options },
        },
        {
          type: "actions",
          elements: [
            {
              type: "button",
              action_id: "approve",
              text: plain("Approve"),
              style: "primary",
              value: "plan-1",
              accessibility_label: "Approve the restart of gunicorn in prod",
            },
            { type: "button", action_id: "restart", text: plain("Restart"), style: "danger", confirm },
            { type: "button", action_id: "ask", text: plain("Ask me") },
            { type: "button", action_id: "slow", text: plain("Never answers") },
          ],
        },
        {
          type: "actions",
          elements: [
            { type: "radio_buttons", action_id: "how", options },
            { type: "checkboxes", action_id: "which", options: options.slice(0, 2) },
          ],
        },
        {
          type: "context",
          elements: [
            { type: "image", image_url: "https://example.com/i.png", alt_text: "detective" },
            mrkdwn("Diagnosed in 4.1 s, *same evidence, same verdict*"),
          ],
        },
        {
          type: "context_actions",
          elements: [
            {
              type: "feedback_buttons",
              action_id: "useful",
              positive_button: { text: plain("Useful"), value: "yes" },
              negative_button: { text: plain("Not useful"), value: "no" },
            },
            { type: "icon_button", action_id: "bin", icon: "trash", text: plain("Delete") },
          ],
        },
      ],
    },
  ];
}
