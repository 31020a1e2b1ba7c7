import type { Block, WritableWorkspace } from "../workspace.ts";

/** Parts of a block whose elements a person can act on. */
const ELEMENT_FIELDS = ["elements", "accessory", "element", "actions"] as const;

/** Blocks as Slack stores them: every block and every element that can be acted on has an id; a markdown block's own id is not kept. */
export function withIds(blocks: readonly Block[], { nextId }: Pick<WritableWorkspace, "nextId">): Block[] {
  return blocks.map((block) => {
    const own = block.type === "markdown" ? undefined : block.block_id;
    const named: Block = { ...block, block_id: own ?? nextId("b") };
    if (Array.isArray(block["child_blocks"])) named["child_blocks"] = withIds(block["child_blocks"] as Block[], { nextId });
    for (const field of ELEMENT_FIELDS) if (block[field] !== undefined) named[field] = namedElements(block[field], nextId);
    return named;
  });
}

function namedElements(value: unknown, nextId: (prefix: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => namedElements(each, nextId));
  if (value === null || typeof value !== "object" || !("type" in value)) return value;
  const acts = /button|select|picker|overflow|checkboxes|input/.test(String(value.type));
  return acts && !("action_id" in value) ? { ...value, action_id: nextId("a") } : value;
}
