import type { AskHosts } from "../evidence/gather.ts";
import { compileHostScript } from "../runbook/host-script.ts";
import { becauseOf } from "../words/because.ts";
import { runLocal } from "./run-local.ts";

const LOCAL = "local";

/** Asks the one host that Gumshoe itself runs on. */
export const askLocal: AskHosts = async ({ steps, values, timeoutMs, signal }, { asking, onHost }) => {
  asking([LOCAL]);
  try {
    const { output } = await runLocal(compileHostScript({ steps, values }), { timeoutMs, signal });
    onHost(LOCAL, { output });
  } catch (error) {
    onHost(LOCAL, { unreachable: becauseOf(error) });
  }
};
