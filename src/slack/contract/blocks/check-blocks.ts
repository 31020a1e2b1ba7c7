import { z } from "zod";
import type { Fault } from "../fault.ts";
import { faultsBySchema } from "../fault.ts";
import { LIMITS } from "../limits.ts";
import { objectsIn, type Placed } from "../walk.ts";
import { DataVisualization } from "./charts.ts";
import { layoutBlocks } from "./layout.ts";
import { Plan, TaskCard } from "./progress.ts";
import { DataTable, Table } from "./tables.ts";

/** Where blocks are shown. */
export type Surface = "message" | "modal" | "home";

const Blocks: z.ZodType = z.array(z.discriminatedUnion("type", [...layoutBlocks, Table, DataTable, TaskCard, Plan, DataVisualization]));

const everywhere = ["section", "header", "divider", "context", "actions", "image", "input", "rich_text"];
const messageOnly = ["context_actions", "markdown", "table", "data_table", "task_card", "plan", "container", "card", "carousel"];

/** `alert` stands in modals only; `video` needs links.embed:write and `file` is only ever read, so neither is taken anywhere. */
const ALLOWED: Record<Surface, ReadonlySet<string>> = {
  message: new Set([...everywhere, ...messageOnly, "data_visualization"]),
  modal: new Set([...everywhere, "alert"]),
  home: new Set([...everywhere, "data_table"]),
};

/** What Slack refuses of the blocks of a message, a modal or a Home tab; pointers begin at `/blocks`. */
export function blockFaults(blocks: unknown, surface: Surface): Fault[] {
  const faults = faultsBySchema(Blocks, blocks, "/blocks", "invalid_blocks");
  if (!Array.isArray(blocks)) return faults;
  const objects = objectsIn(blocks, "/blocks");
  return [...tooMany(blocks, surface), ...wrongSurface(blocks, surface), ...faults, ...sameIds(objects), ...together(objects)];
}

function invalid(pointer: string, message: string): Fault {
  return { code: "invalid_blocks", pointer, message };
}

function tooMany(blocks: readonly unknown[], surface: Surface): Fault[] {
  const most = surface === "message" ? LIMITS.message.blocks : LIMITS.view.blocks;
  if (blocks.length === 0 && surface !== "message") return [];
  if (blocks.length === 0) return [invalid("/blocks", "no fewer than 1 allowed")];
  return blocks.length > most ? [invalid("/blocks", `no more than ${most} allowed`)] : [];
}

function wrongSurface(blocks: readonly unknown[], surface: Surface): Fault[] {
  return blocks.flatMap((block, at) => {
    const type = block !== null && typeof block === "object" && "type" in block ? block.type : undefined;
    const known = Object.values(ALLOWED).some((types) => types.has(String(type)));
    if (!known || ALLOWED[surface].has(String(type))) return [];
    return [invalid(`/blocks/${at}`, `block type not allowed in this surface: ${String(type)} in a ${surface}`)];
  });
}

/** A block_id is unique in the message or view, a task_id likewise, an action_id in its block. */
function sameIds(objects: readonly Placed[]): Fault[] {
  const seen = new Set<string>();
  return objects.flatMap(({ pointer, value }) =>
    (["block_id", "task_id", "action_id"] as const).flatMap((field) => {
      const id = value[field];
      if (typeof id !== "string") return [];
      const scope = field === "action_id" ? blockPointer(pointer) : "";
      const key = `${field} ${scope} ${id}`;
      const twice = seen.has(key);
      seen.add(key);
      return !twice ? [] : [invalid(`${pointer}/${field}`, `\`${field}\` already exists: ${id}`)];
    }),
  );
}

/** The pointer of the block that an element stands in: a top-level one, a child of a container, or a card. */
function blockPointer(pointer: string): string {
  return /^\/blocks\/\d+(?:\/child_blocks\/\d+)?(?:\/elements\/\d+(?=\/actions\/))?/.exec(pointer)?.[0] ?? pointer;
}

function together(objects: readonly Placed[]): Fault[] {
  const ofType = (type: string) => objects.filter(({ value }) => value["type"] === type);
  const faults: Fault[] = [];
  if (ofType("table").length > LIMITS.message.tables)
    faults.push({ code: "only_one_table_allowed", pointer: "/blocks", message: "only one table is allowed in a message" });
  if (ofType("data_visualization").length > LIMITS.message.charts)
    faults.push(invalid("/blocks", `no more than ${LIMITS.message.charts} data_visualization blocks allowed`));
  const loose = ofType("task_card").some(({ pointer }) => /^\/blocks\/\d+$/.test(pointer));
  if (loose && ofType("plan").length > 0) faults.push(invalid("/blocks", "plan and task_card exclude each other"));
  const markdown = ofType("markdown").reduce((sum, { value }) => sum + String(value["text"]).length, 0);
  if (markdown > LIMITS.markdown) faults.push(invalid("/blocks", `markdown blocks have more than ${LIMITS.markdown} characters in all`));
  return faults;
}
