/**
 * Every limit of Slack that we keep, in characters or pieces. Source: Slack's reference documentation, or as noted `secondary` (reported by
 * others, not written down by Slack) and `ours` (stricter than Slack, with the reason).
 */
export const LIMITS = {
  message: {
    blocks: 50,
    /** `chat.postMessage` cuts what is longer; we take it for refused. */
    text: 40_000,
    /** `chat.update` refuses what is longer; also the length that reads best. */
    updatedText: 4_000,
    /** Length of all blocks as JSON from which `msg_blocks_too_long` comes, secondary (bolt-js#2509, #2867). */
    blocksJson: 13_200,
    /** Ours, with room to Slack's: split a message that is longer. */
    blocksJsonBudget: 12_000,
    /** Ours: `text` is what a screen reader reads in place of the blocks, so it says the whole in a sentence at least. */
    summary: 20,
    charts: 2,
    tables: 1,
    /** Ours: one button at most is the one to press. */
    primaryButtons: 1,
  },
  view: {
    blocks: 100,
    /** Bytes of the view as JSON. */
    json: 250_000,
    title: 24,
    submit: 24,
    close: 24,
    privateMetadata: 3_000,
    callbackId: 255,
    externalId: 255,
    stack: 3,
  },
  blockId: 255,
  actionId: 255,
  section: { text: 3_000, fields: 10, field: 2_000 },
  header: 150,
  context: { elements: 10, text: 3_000 },
  actions: 25,
  contextActions: 5,
  image: { alt: 2_000, title: 2_000, url: 3_000 },
  input: { label: 2_000, hint: 2_000 },
  /** All markdown blocks of one message together. */
  markdown: 12_000,
  table: { rows: 100, columns: 20, text: 10_000 },
  /** 101 rows with the header in the documentation, 201 in newer references; characters secondary. */
  dataTable: { rows: 101, columns: 20, pageSize: 100, text: 20_000 },
  container: { title: 150, subtitle: 150, blocks: 10 },
  card: { title: 150, subtitle: 150, body: 200, buttons: 3 },
  carousel: 10,
  alert: 200,
  /** Ours is the lower of two numbers that Slack's references give for series and segments (6 and 12). */
  chart: { title: 50, series: 6, segments: 6, points: 20, seriesName: 20, label: 20, axisLabel: 50 },
  button: { text: 75, value: 2_000, url: 3_000, label: 75 },
  option: { text: 75, value: 150, description: 75, url: 3_000 },
  select: { options: 100, groups: 100, placeholder: 150 },
  overflow: 5,
  /** Checkboxes, radio buttons, and files of a file input. */
  choices: 10,
  plainTextInput: 3_000,
  confirm: { title: 100, text: 300, button: 30 },
  metadataJson: 16_000,
  delivery: {
    ackMs: 3_000,
    triggerMs: 3_000,
    responseUrlUses: 5,
    responseUrlMs: 30 * 60_000,
    sockets: 10,
    /** Waits before an event is sent again: at once, after a minute, after five. */
    redeliverAfterMs: [0, 60_000, 300_000],
    /** A signature is refused when it is older. */
    signatureMs: 5 * 60_000,
  },
  /** Calls a minute of Slack's tiers; messages a second and channel, with a burst whose size Slack does not tell (ours). */
  rate: { tier2: 20, tier3: 50, tier4: 100, messagesPerS: 1, messageBurst: 5 },
} as const;
