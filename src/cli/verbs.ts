import type { Command } from "commander";
import { diagnoseLive, recordLive } from "./diagnose.ts";
import { replay } from "./replay.ts";
import { checkRunbooks, printSchemas, showGraph } from "./runbook.ts";
import { score } from "./score.ts";
import type { Paint } from "./terminal.ts";
import metadata from "../../package.json" with { type: "json" };

/** What a verb may touch of the process it runs in. */
export type Terminal = {
  paint: Paint;
  /** Whether progress is shown live, in place. */
  live: boolean;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  print: (text: string) => void;
  progress: (text: string) => void;
  exitWith: (code: number) => void;
};

const CODES =
  "\nExit codes: 0 a verdict was reached (whichever it is), 1 something must be put right first (said on standard error), 130 stopped.";

/** Add every verb of the command line to the program. */
export function addVerbs(program: Command, terminal: Terminal): void {
  const { paint, print, exitWith } = terminal;
  program
    .description(
      "Names the cause of an incident on plain Linux hosts and PostgreSQL, from evidence, by code: the same evidence, the same verdict.",
    )
    .version(metadata.version)
    .showHelpAfterError()
    .option("--runbooks <dir>", "a folder of runbooks instead of the ones that come with the program")
    .addHelpText("after", CODES);
  const runbooks = () => program.opts<{ runbooks?: string }>();

  program
    .command("diagnose")
    .description("look at an environment now, read-only, and name the cause")
    .argument("<environment>", "its name in gumshoe.yml, such as prod")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--runbook <id>", "which runbook to take")
    .option("--json", "print one JSON object instead of text", false)
    .option("--print-script", "print the script that would run on each host, and run nothing", false)
    .option("--now <time>", "judge as if it were this time (ISO 8601), for drills on recorded logs")
    .addHelpText("after", CODES)
    .action(async (environment: string, options: DiagnoseOptions) => diagnoseLive(environment, { ...options, ...runbooks() }, terminal));

  program
    .command("record")
    .description("look at an environment now and keep what came back, redacted, as a case that can be replayed")
    .argument("<environment>", "its name in gumshoe.yml, such as prod")
    .argument("<dir>", "a new folder for the case")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--runbook <id>", "which runbook to take")
    .option("--now <time>", "judge as if it were this time (ISO 8601), for drills on recorded logs")
    .option("--json", "print one JSON object instead of text", false)
    .addHelpText("after", CODES)
    .action(async (environment: string, dir: string, options: DiagnoseOptions) =>
      recordLive(environment, dir, { ...options, ...runbooks() }, terminal),
    );

  program
    .command("replay")
    .description("judge a recorded case as if its steps had just run")
    .argument("<dir>", "a case folder (docs/cases.md)")
    .option("--runbook <id>", "which runbook to take")
    .option("--json", "print one JSON object instead of text", false)
    .addHelpText("after", CODES)
    .action(async (dir: string, options: DiagnoseOptions) => print(await replay(dir, { ...options, ...runbooks(), paint })));

  program
    .command("score")
    .description("judge every case below the folders and hold the verdicts against the expected ones")
    .argument("<dir...>", "folders that hold cases")
    .option("--runbook <id>", "which runbook to take")
    .option("--json", "print one JSON object instead of text", false)
    .addHelpText("after", "\nExit codes: 0 every case is right, 1 one is not, or could not be read.")
    .action(async (dirs: string[], options: DiagnoseOptions) => {
      const { text, right } = await score(dirs, { ...options, ...runbooks() });
      print(text);
      if (!right) exitWith(1);
    });

  const runbook = program.command("runbook").description("check and show runbooks");
  runbook
    .command("check")
    .description("check every runbook: shape, ids, facts and comparisons; all faults at once")
    .argument("[dir]", "the folder", undefined)
    .action(async (dir: string | undefined) => print(await checkRunbooks(dir ?? runbooks().runbooks)));
  runbook
    .command("show")
    .description("show a runbook's causes, what confirms them and what leads to what")
    .argument("[id]", "the runbook", "web-errors")
    .option("--mermaid", "as a Mermaid diagram", false)
    .action(async (id: string, options: { mermaid: boolean }) => print(await showGraph(id, { ...options, ...runbooks() })));
  runbook
    .command("schema")
    .description("write the JSON schemas of runbook files, for editors, into a folder")
    .argument("<dir>", "the folder")
    .action(async (dir: string) => print(await printSchemas(dir)));
}

/** The options of the verbs that diagnose, as commander hands them over. */
export type DiagnoseOptions = { config: string; json: boolean; printScript: boolean; runbook?: string; now?: string; runbooks?: string };
