import { loadConfig } from "../../config/config.ts";
import { BackupUnreadable } from "../../store/backup/backup-file.ts";
import { BackupNewer, restore, StoreNotEmpty } from "../../store/backup/restore.ts";
import { FileTaken, writeBackup } from "../../store/backup/write-backup.ts";
import { openForCommand, type ReadStore } from "../../store/open.ts";
import type { Words } from "../../words/en.ts";
import { bytes } from "../../words/numbers.ts";
import { UsageError } from "../usage-error.ts";
import type { SharedOptions, Terminal } from "../verbs.ts";
import { isOfFile } from "./of-file.ts";

/** The options of `gumshoe backup` and `gumshoe restore`. */
export type BackupOptions = SharedOptions & { config: string };

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** `gumshoe backup FILE`: write all that the store holds into a new file. Throws a UsageError. */
export async function backup(file: string, options: BackupOptions, terminal: Pick<Terminal, "env" | "print">): Promise<void> {
  const { words } = options;
  const store = await open(options, terminal.env, false);
  try {
    const written = await writeBackup(store.url, file, new Date());
    terminal.print(words.store.backup.written(file, written.rows, bytes(written.bytes, words.language)));
  } catch (error) {
    if (error instanceof FileTaken) throw new UsageError(words.store.backup.taken(file));
    if (isOfFile(error)) throw new UsageError(words.store.backup.notWritten(file, error.code));
    throw error;
  } finally {
    await store.close();
  }
}

/** `gumshoe restore FILE`: put a backup back into an empty store, all of it or nothing. Throws a UsageError. */
export async function restoreFrom(file: string, options: BackupOptions, terminal: Pick<Terminal, "env" | "print">): Promise<void> {
  const { words } = options;
  const store = await open(options, terminal.env, true);
  try {
    const rows = await restore({ url: store.url, path: file, log: silent });
    terminal.print(words.store.restore.done(file, rows));
  } catch (error) {
    throw told(error, file, words);
  } finally {
    await store.close();
  }
}

async function open({ config: path }: BackupOptions, env: Terminal["env"], create: boolean): Promise<ReadStore> {
  const { store } = await loadConfig(path);
  return openForCommand({ url: env["DATABASE_URL"], folder: store.folder, log: silent }, { create });
}

function told(error: unknown, file: string, { store: { restore: words } }: Words): unknown {
  if (error instanceof StoreNotEmpty) return new UsageError(words.notEmpty(error.table));
  if (error instanceof BackupNewer) return new UsageError(words.newer(error.message));
  if (error instanceof BackupUnreadable) return new UsageError(words.unread[error.because](file));
  return isOfFile(error) ? new UsageError(words.notRead(file, error.code)) : error;
}
