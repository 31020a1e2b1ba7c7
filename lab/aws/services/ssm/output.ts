/** Characters of GetCommandInvocation's output; longer output keeps its head. */
const [STDOUT, STDERR] = [24_000, 8_000];

/** Characters of both outputs together in ListCommandInvocations with details. */
const TOGETHER = 2_500;

const CUT = "--output truncated--";
const ERROR_TITLE = "\n----------ERROR-------\n";
const [CUT_OUTPUT, CUT_ERROR] = ["\n---Output truncated---", "\n---Error truncated----"];

/** The head of an output as the agent keeps it: cut when it reaches the limit, and then ending with the mark, inside the limit. */
function head(text: string, limit: number, mark: string): string {
  const bytes = Buffer.from(text);
  return bytes.length < limit ? text : bytes.subarray(0, limit - mark.length).toString() + mark;
}

/** Standard output and standard error as GetCommandInvocation gives them. */
export function separate({ stdout, stderr }: { stdout: string; stderr: string }): { stdout: string; stderr: string } {
  return { stdout: head(stdout, STDOUT, CUT), stderr: head(stderr, STDERR, CUT) };
}

/** Both as ListCommandInvocations gives them: one text; the longer one gives way. */
export function together({ stdout, stderr }: { stdout: string; stderr: string }): string {
  if (stderr === "") return stdout.length < TOGETHER ? stdout : head(stdout, TOGETHER, CUT_OUTPUT);
  const room = TOGETHER - ERROR_TITLE.length;
  const half = Math.floor(room / 2);
  if (stdout.length + stderr.length <= room) return stdout + ERROR_TITLE + stderr;
  if (stdout.length < half) return stdout + ERROR_TITLE + head(stderr, room - stdout.length, CUT_ERROR);
  if (stderr.length < half) return head(stdout, room - stderr.length, CUT_OUTPUT) + ERROR_TITLE + stderr;
  return head(stdout, half, CUT_OUTPUT) + ERROR_TITLE + head(stderr, half, CUT_ERROR);
}
