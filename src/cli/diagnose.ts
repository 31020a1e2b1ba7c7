import { loadConfig } from "../config/config.ts";
import { diagnose } from "../diagnosis/diagnose.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { RawEvidence } from "../evidence/read-evidence.ts";
import { FolderTaken, refuseTaken, writeCase } from "../evidence/write-case.ts";
import type { Present } from "../remediation/moves.ts";
import type { Runbook } from "../runbook/library.ts";
import { presentFor } from "./present-for.ts";
import { showProgress } from "./progress.ts";
import { reachOf, scriptOf } from "./reach.ts";
import { render } from "./replay.ts";
import { openLibrary, runbookOf } from "./shipped.ts";
import { UsageError } from "./usage-error.ts";
import type { DiagnoseOptions, Terminal } from "./verbs.ts";

/** Exit code of a program that a signal stopped: 128 + SIGINT's 2, as shells count. */
const STOPPED = 130;

/** `gumshoe diagnose ENVIRONMENT`: look now, judge, print. Exit code 0 for any verdict; 130 when stopped. */
export async function diagnoseLive(name: string, options: DiagnoseOptions, terminal: Terminal): Promise<void> {
  if (options.printScript) {
    const { environment, runbook } = await open(name, options, terminal);
    return terminal.print(scriptOf(environment, runbook));
  }
  const looked = await look(name, options, terminal);
  if (looked) terminal.print(render(looked.diagnosis, looked.library, { ...options, paint: terminal.paint }));
}

/** `gumshoe record ENVIRONMENT DIR`: look now, keep what came back as a case, and print the verdict. */
export async function recordLive(name: string, dir: string, options: DiagnoseOptions, terminal: Terminal): Promise<void> {
  await refuseTaken(dir).catch((error: unknown) => {
    throw error instanceof FolderTaken ? new UsageError(options.words.errors.folderTaken(dir)) : error;
  });
  const looked = await look(name, options, terminal);
  if (!looked) return;
  await writeCase(dir, name, looked.raw, looked.diagnosis.verdict);
  terminal.print(render(looked.diagnosis, looked.library, { ...options, paint: terminal.paint }));
}

type Opened = Awaited<ReturnType<typeof openLibrary>> & { environment: Present; runbook: Runbook };

async function open(name: string, options: DiagnoseOptions, terminal: Terminal): Promise<Opened> {
  const [config, opened] = await Promise.all([loadConfig(options.config), openLibrary(options.runbooks)]);
  const environment = await presentFor(name, config, options.words, terminal);
  return { ...opened, environment, runbook: runbookOf(opened.library, options.runbook ?? environment.runbook, options.words) };
}

type Looked = Opened & { raw: RawEvidence; diagnosis: Diagnosis };

/** Look at an environment and judge it; nothing when a signal stopped the look. */
async function look(name: string, options: DiagnoseOptions, terminal: Terminal): Promise<Looked | undefined> {
  const now = options.now === undefined ? undefined : new Date(options.now);
  if (now && Number.isNaN(now.getTime())) throw new UsageError(options.words.errors.badTime(options.now ?? ""));
  const opened = await open(name, options, terminal);
  const { environment, runbook } = opened;
  const progress = showProgress({ environment: name, runbook, words: options.words }, terminal);
  const clock = () => now ?? new Date();
  const reach = { ...reachOf(environment, runbook, terminal.env, clock), onProgress: progress.onProgress, signal: terminal.signal };
  try {
    return { ...opened, ...(await diagnose({ ...opened, name, reach, clock })) };
  } catch (error) {
    if (!terminal.signal.aborted) throw error;
    progress.done();
    terminal.progress(`${progress.stopped()}\n`);
    terminal.exitWith(STOPPED);
    return undefined;
  } finally {
    progress.done();
  }
}
