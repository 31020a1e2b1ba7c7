import type { Command } from "commander";
import type { SharedOptions, Terminal } from "../verbs.ts";
import { withFaults } from "./say-fault.ts";

const WHERE =
  "\nReads the store of gumshoe.yml, or the PostgreSQL of DATABASE_URL; a built-in server that does not run is started for it and stopped again.\nExit codes: 0 done, 1 something must be put right first.";

type Shared = () => SharedOptions;

/** Adds the verbs that read what is written down. What they need is loaded when they run: the others can do without. */
export function addStoreVerbs(program: Command, terminal: Terminal, shared: Shared): void {
  addIncidents(program, terminal, shared);
  addAudit(program, terminal, shared);
  program
    .command("report")
    .description("write the draft of an incident's postmortem, with charts, into a folder")
    .argument("<number>", "the incident's number")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--out <dir>", "the folder; by default ./report-<number>")
    .addHelpText("after", WHERE)
    .action(async (number: string, options: { config: string; out?: string }) =>
      withFaults(shared().words, async () => {
        const { report } = await import("../report.ts");
        await report(number, { ...options, ...shared() }, terminal);
      }),
    );
  program
    .command("backup")
    .description("write all that is written down into a new file, also while gumshoe start runs")
    .argument("<file>", "a new file")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .addHelpText("after", WHERE)
    .action(async (file: string, options: { config: string }) =>
      withFaults(shared().words, async () => {
        const { backup } = await import("./backup.ts");
        await backup(file, { ...options, ...shared() }, terminal);
      }),
    );
  program
    .command("restore")
    .description("put a backup back into an empty store, all of it or nothing")
    .argument("<file>", "what gumshoe backup wrote")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .addHelpText("after", WHERE)
    .action(async (file: string, options: { config: string }) =>
      withFaults(shared().words, async () => {
        const { restoreFrom } = await import("./backup.ts");
        await restoreFrom(file, { ...options, ...shared() }, terminal);
      }),
    );
}

function addIncidents(program: Command, terminal: Terminal, shared: Shared): void {
  const incidents = program.command("incidents").description("show what is written down of incidents").addHelpText("after", WHERE);
  incidents
    .command("list", { isDefault: true })
    .description("those that are open, then the latest")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--all", "all of them", false)
    .option("--json", "print one JSON object instead of text", false)
    .action(async (options: { config: string; all: boolean; json: boolean }) =>
      withFaults(shared().words, async () => {
        const { listIncidents } = await import("./incidents.ts");
        await listIncidents({ ...options, ...shared() }, terminal);
      }),
    );
  incidents
    .command("show")
    .description("how one stands, its alarms, its diagnoses, and all that happened")
    .argument("<number>", "its number")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--json", "print one JSON object instead of text", false)
    .action(async (number: string, options: { config: string; json: boolean }) =>
      withFaults(shared().words, async () => {
        const { printIncident } = await import("./incidents.ts");
        await printIncident(number, { ...options, ...shared() }, terminal);
      }),
    );
}

function addAudit(program: Command, terminal: Terminal, shared: Shared): void {
  const audit = program
    .command("audit")
    .description("show that the record of who did what is whole, or hand it out")
    .addHelpText("after", WHERE);
  audit
    .command("verify")
    .description("whether every line is as it was written and none is missing; exit code 1 and the first wrong line where not")
    .argument("[file]", "what gumshoe audit export wrote; by default the store")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--head <lines:hash>", "a head that was noted earlier: the audit must still lead to it")
    .action(async (file: string | undefined, options: { config: string; head?: string }) =>
      withFaults(shared().words, async () => {
        const { verify } = await import("./audit.ts");
        await verify(file, { ...options, ...shared() }, terminal);
      }),
    );
  audit
    .command("export")
    .description("one line of JSON for each, with its hashes")
    .option("--config <file>", "the configuration", "gumshoe.yml")
    .option("--incident <number>", "the lines of this incident only")
    .option("--out <file>", "a new file; by default they are printed")
    .action(async (options: { config: string; incident?: string; out?: string }) =>
      withFaults(shared().words, async () => {
        const { exportLines } = await import("./audit.ts");
        await exportLines({ ...options, ...shared() }, terminal);
      }),
    );
}
