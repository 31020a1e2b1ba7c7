// Blocks and their parts, each as small as Slack takes it, with `more` in place of what a test is about.
export const plain = (text: string) => ({ type: "plain_text", text });
export const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
export const rich = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
export const option = (value: string) => ({ text: plain(value), value });
export const many = <Item>(length: number, item: (nth: number) => Item) => Array.from({ length }, (_, nth) => item(nth));
export const x = (length: number) => "x".repeat(length);
export const button = (more: object = {}) => ({ type: "button", text: plain("Go"), ...more });
export const actions = (...elements: unknown[]) => ({ type: "actions", elements });
export const input = (element: object) => ({ type: "input", label: plain("Name"), element });
export const cell = { type: "raw_text", text: "a" };
export const task = (more: object = {}) => ({ type: "task_card", task_id: "t", title: "Look", status: "pending", ...more });
export const image = (more: object = {}) => ({ type: "image", image_url: "https://example.com/a.png", alt_text: "A", ...more });
export const line = (more: object = {}, axis: object = {}) => ({
  type: "line",
  series: [
    {
      name: "queue",
      data: [
        { label: "a", value: 1 },
        { label: "b", value: 2.5 },
      ],
    },
  ],
  axis_config: { categories: ["a", "b"], y_label: "requests", ...axis },
  ...more,
});
export const chart = (of: object, more: object = {}) => ({ type: "data_visualization", title: "Disk queue", chart: of, ...more });
export const pie = (...values: number[]) => ({ type: "pie", segments: values.map((value, nth) => ({ label: `s${nth}`, value })) });
export const select = (more: object) => ({ type: "static_select", ...more });
export const container = (more: object = {}) => ({
  type: "container",
  title: plain("Evidence"),
  child_blocks: [{ type: "divider" }],
  ...more,
});
