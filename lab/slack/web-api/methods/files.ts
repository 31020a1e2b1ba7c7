import type { Backstage } from "../../backstage.ts";
import type { Channel, StoredFile } from "../../workspace.ts";
import { ApiError, required, textOf, type Args } from "../arguments.ts";
import { messageOf, targetOf } from "../lookups.ts";
import { fileJson } from "../message-json.ts";
import { contentOf } from "./chat.ts";
import type { RunMethod } from "./methods.ts";

/** How long a file takes from the end of its upload until it can be shown. */
export const READY_AFTER_MS = 1_000;

const TYPES: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", txt: "text/plain" };

const getUploadUrl: RunMethod = (args, { workspace, url }) => {
  const name = required(args, "filename");
  const length = Number(required(args, "length"));
  if (!Number.isInteger(length) || length < 1) throw new ApiError("invalid_arguments");
  const id = workspace.nextId("F");
  const mimetype = TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
  const altText = textOf(args, "alt_text") ?? textOf(args, "alt_txt") ?? "";
  workspace.addFile({ id, name, title: name, altText, mimetype, user: workspace.botUserId, length, ready: false, shares: [] });
  return { upload_url: `${url()}/upload/${id}`, file_id: id };
};

/** Answers at once; the file is ready, and shared where that was asked, only a while later. */
const complete: RunMethod = (args, backstage) => {
  const named = args["files"];
  if (!Array.isArray(named) || named.length === 0) throw new ApiError("invalid_arguments");
  const completed = named.map((each: { id?: string; title?: string }) => {
    const file = backstage.workspace.files.find(({ id }) => id === each.id);
    if (!file?.bytes) throw new ApiError("file_not_found");
    if (each.title !== undefined) file.title = each.title;
    return file;
  });
  const channel = textOf(args, "channel_id") === undefined ? undefined : targetOf(args, backstage, "channel_id");
  const share = channel && sharing(channel, completed, args, backstage);
  if (!backstage.faults.ofPlace("upload-never-shares")) void finish(completed, share, backstage);
  return { files: completed.map((file) => fileJson(file, backstage.workspace)) };
};

const info: RunMethod = (args, { workspace }) => {
  const id = required(args, "file");
  const file = workspace.files.find((each) => each.id === id);
  if (!file?.bytes) throw new ApiError("file_not_found");
  return { file: fileJson(file, workspace), comments: [], response_metadata: { next_cursor: "" } };
};

/** Files: where to send one, that it was sent, how it is. */
export const files = {
  "files.getUploadURLExternal": getUploadUrl,
  "files.completeUploadExternal": complete,
  "files.info": info,
};

function sharing(channel: Channel, completed: readonly StoredFile[], args: Args, backstage: Backstage): () => void {
  const { workspace } = backstage;
  const thread = textOf(args, "thread_ts");
  const parent = thread === undefined ? undefined : messageOf(channel, thread, backstage);
  const comment = textOf(args, "initial_comment") ?? "";
  const content = args["blocks"] === undefined ? { text: comment } : contentOf({ ...args, text: comment }, backstage);
  return () => {
    const ids = completed.map(({ id }) => id);
    const inThread = parent ? { threadTs: parent.threadTs ?? parent.ts } : {};
    const message = workspace.post({ channel: channel.id, user: workspace.botUserId, ...content, ...inThread, files: ids });
    for (const file of completed) file.shares.push({ channel: channel.id, ts: message.ts });
  };
}

async function finish(
  completed: readonly StoredFile[],
  share: (() => void) | undefined,
  { workspace, clock, closing }: Backstage,
): Promise<void> {
  await clock.sleep(READY_AFTER_MS, closing);
  if (closing.aborted) return;
  for (const file of completed) file.ready = true;
  share?.();
  for (const file of completed) workspace.fileChanged(file);
}

/** Take the bytes that are posted to an upload's address: a multipart form's first file, or the body as it is. */
export async function receiveUpload(
  id: string,
  contentType: string,
  body: Buffer,
  { workspace }: Backstage,
): Promise<{ status: number; body: string }> {
  const file = workspace.files.find((each) => each.id === id);
  if (!file || file.bytes) return { status: 404, body: "no such upload" };
  const bytes = contentType.startsWith("multipart/form-data") ? await firstPart(contentType, body) : body;
  if (bytes.length !== file.length) return { status: 400, body: `expected ${file.length} bytes, got ${bytes.length}` };
  file.bytes = bytes;
  workspace.fileChanged(file);
  return { status: 200, body: `OK - ${bytes.length}` };
}

async function firstPart(contentType: string, body: Buffer): Promise<Buffer> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  const part = [...form.values()].find((value) => typeof value !== "string");
  return part === undefined ? Buffer.alloc(0) : Buffer.from(await part.arrayBuffer());
}
