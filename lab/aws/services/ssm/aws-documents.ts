import { createHash } from "node:crypto";
import { readContent } from "./content.ts";
import type { Document } from "./ssm-state.ts";

const RUN_SHELL_SCRIPT = {
  schemaVersion: "1.2",
  description: "Run a shell script or specify the commands to run.",
  parameters: {
    commands: { type: "StringList", description: "(Required) Specify a shell script or a command to run.", minItems: 1 },
    workingDirectory: {
      type: "String",
      default: "",
      description: "(Optional) The path to the working directory on your instance.",
      maxChars: 4096,
    },
    executionTimeout: {
      type: "String",
      default: "3600",
      description: "(Optional) The time in seconds for a command to complete before it is considered to have failed.",
      allowedPattern: "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)",
    },
  },
  runtimeConfig: {
    "aws:runShellScript": {
      properties: [
        { runCommand: ["{{ commands }}"], workingDirectory: "{{ workingDirectory }}", timeoutSeconds: "{{ executionTimeout }}" },
      ],
    },
  },
};

/** The documents of Amazon that every account has, as far as they can run here. */
export function awsDocuments(): Document[] {
  const text = JSON.stringify(RUN_SHELL_SCRIPT, undefined, 2);
  const version = {
    number: 1,
    text,
    format: "JSON",
    hash: sha256(text),
    createdAt: new Date("2017-08-31T00:00:00Z"),
    content: readContent(text, "JSON"),
  };
  return [{ name: "AWS-RunShellScript", owner: "Amazon", tags: [], default: 1, versions: [version] }];
}

/** The Sha256 hash of a document's text, which DocumentHash is compared with. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
