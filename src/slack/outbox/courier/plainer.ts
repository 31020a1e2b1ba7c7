import type { Message } from "../../messages/message.ts";

/** The same message with what Slack is least sure to draw left out: its charts, then all its blocks. Nothing where only text is left. */
export function plainer({ text, blocks }: Message): Message | undefined {
  const undrawn = blocks.filter(({ type }) => type !== "data_visualization");
  if (undrawn.length < blocks.length && undrawn.length > 0) return { text, blocks: undrawn };
  return blocks.length > 0 ? { text, blocks: [] } : undefined;
}
