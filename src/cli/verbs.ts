import { Option, type Command } from "commander";
import type { Words } from "../words/en.ts";
import { LANGUAGES, wordsOf, type Language } from "../words/language.ts";
import { REPAIR_SCRIPTS } from "../aws/repairs/documents.ts";
import type { PlanOptions } from "./plan.ts";
import { addStoreVerbs } from "./store/verbs.ts";
import type { DocumentOptions } from "./ssm-document.ts";
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

const MADE =
  "\nOf rehearse-copy and move-database, which go on with what create-rds-gp3 has made, --set says what that is: address=HOST:PORT, secret=ARN (RDS's MasterUserSecret), database=IDENTIFIER, and for move-database rehearsedS=SECONDS.";

const START =
  "\nVariables: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN (socket mode) or SLACK_SIGNING_SECRET (http mode); DATABASE_URL for a PostgreSQL of your own, which several copies may share, in place of the built-in one (docs/store.md).\nExit codes: 0 stopped by a signal (with --check: all works), 1 something must be put right first, or Slack was lost for good.";

/** Add every verb of the command line to the program. What a verb needs is loaded when it runs: some of it takes a second, which the others can do without. */
export function addVerbs(program: Command, terminal: Terminal): void {
  const { paint, print, exitWith } = terminal;
  program
    .description(
      "Names the cause of an incident on plain Linux hosts and PostgreSQL, from evidence, by code: the same evidence, the same verdict.",
    )
    .version(metadata.version)
    .showHelpAfterError()
    .option("--runbooks <dir>", "a folder of runbooks instead of the ones that come with the program")
    .addOption(new Option("--language <language>", "the language of what is told").choices(LANGUAGES).default("en"))
    .addHelpText("after", CODES);
  const shared = (): SharedOptions => {
    const { language, ...others } = program.opts<{ language: Language; runbooks?: string }>();
    return { ...others, words: wordsOf(language) };
  };

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
    .action(async (environment: string, options: OwnOptions) => {
      const { diagnoseLive } = await import("./diagnose.ts");
      await diagnoseLive(environment, { ...options, ...shared() }, terminal);
    });

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
    .action(async (environment: string, dir: string, options: OwnOptions) => {
      const { recordLive } = await import("./diagnose.ts");
      await recordLive(environment, dir, { ...options, ...shared() }, terminal);
    });

  program
    .command("replay")
    .description("judge a recorded case as if its steps had just run")
    .argument("<dir>", "a case folder (docs/cases.md)")
    .option("--runbook <id>", "which runbook to take")
    .option("--json", "print one JSON object instead of text", false)
    .addHelpText("after", CODES)
    .action(async (dir: string, options: OwnOptions) => {
      const { replay } = await import("./replay.ts");
      print(await replay(dir, { ...options, ...shared(), paint }));
    });

  program
    .command("score")
    .description("judge every case below the folders and hold the verdicts against the expected ones")
    .argument("<dir...>", "folders that hold cases")
    .option("--runbook <id>", "which runbook to take")
    .option("--json", "print one JSON object instead of text", false)
    .addHelpText("after", "\nExit codes: 0 every case is right, 1 one is not, or could not be read.")
    .action(async (dirs: string[], options: OwnOptions) => {
      const { score } = await import("./score.ts");
      const { text, right } = await score(dirs, { ...options, ...shared() });
      print(text);
      if (!right) exitWith(1);
    });

  program
    .command("ssm-document")
    .description(
      "print the SSM document by which a runbook looks at hosts, or a repair works on them, and how to register it (docs/aws.md)",
    )
    .option("--runbook <id>", "which runbook to take")
    .addOption(new Option("--repair <id>", "a repair's document instead of a runbook's").choices(REPAIR_SCRIPTS).conflicts("runbook"))
    .option("--update-command", "print only the commands that bring a registered document up to date", false)
    .action(async (options: Omit<DocumentOptions, keyof SharedOptions>) => {
      const { printDocument } = await import("./ssm-document.ts");
      await printDocument({ ...options, ...shared() }, terminal);
    });

  program
    .command("start")
    .description("be in Slack, and diagnose what alarms and people bring, until a signal stops it")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option(
      "--check",
      "try what a start needs (Slack, channels, the store, alarm queues, AWS), say of each whether it works, and start nothing",
      false,
    )
    .addHelpText("after", START)
    .action(async (options: { config: string; check: boolean }) => {
      const { start } = await import("./start.ts");
      await start({ ...options, ...shared() }, terminal);
    });

  program
    .command("plan")
    .description("make the plan of a repair and print it: what it would do, to what, at what risk and cost; it only reads, and asks nobody")
    .argument("<environment>", "its name in gumshoe.yml, such as prod")
    .argument("<action>", "one that actions.allow names, such as snapshot-database")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--set <name=value...>", "what is to be chosen, such as unit=gunicorn, or was made by an earlier plan", [])
    .option("--incident <number>", "the incident that it would be for: snapshots are known by it", "0")
    .option("--json", "print one JSON object instead of text", false)
    .addHelpText("after", MADE)
    .addHelpText("after", "\nExit codes: 0 the plan could be made, 1 it would be refused, or something must be put right first.")
    .action(async (environment: string, action: string, options: Omit<PlanOptions, keyof SharedOptions>) => {
      const { printPlan } = await import("./plan.ts");
      await printPlan(environment, action, { ...options, ...shared() }, terminal);
    });

  addStoreVerbs(program, terminal, shared);

  addRunbookVerbs(program, terminal, shared);
}

function addRunbookVerbs(program: Command, { print }: Terminal, shared: () => SharedOptions): void {
  const runbook = program.command("runbook").description("check and show runbooks");
  runbook
    .command("check")
    .description("check every runbook: shape, ids, facts and comparisons; all faults at once")
    .argument("[dir]", "the folder", undefined)
    .action(async (dir: string | undefined) => {
      const { checkRunbooks } = await import("./runbook.ts");
      print(await checkRunbooks(dir ?? shared().runbooks, shared().words));
    });
  runbook
    .command("show")
    .description("show a runbook's causes, what confirms them and what leads to what")
    .argument("[id]", "the runbook", "web-errors")
    .option("--mermaid", "as a Mermaid diagram", false)
    .action(async (id: string, options: { mermaid: boolean }) => {
      const { showGraph } = await import("./runbook.ts");
      print(await showGraph(id, { ...options, ...shared() }));
    });
  runbook
    .command("schema")
    .description("write the JSON schemas of runbook files, for editors, into a folder")
    .argument("<dir>", "the folder")
    .action(async (dir: string) => {
      const { printSchemas } = await import("./runbook.ts");
      print(await printSchemas(dir));
    });
}

/** The options of the whole program: where the runbooks are, and the words of the language that was asked for. */
export type SharedOptions = { runbooks?: string; words: Words };

/** A verb's own options that diagnose, as commander hands them over. */
type OwnOptions = { config: string; json: boolean; printScript: boolean; runbook?: string; now?: string };

/** All options of a verb that diagnoses. */
export type DiagnoseOptions = OwnOptions & SharedOptions;
