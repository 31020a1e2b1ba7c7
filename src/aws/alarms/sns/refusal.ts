/**
 * Why a post was not taken. `message` is one of a few sentences, for counting; `detail` is what the log says beside it. `status`: 4xx where it
 * would never be taken, 503 where SNS shall send it again.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly detail: Record<string, unknown>;
  constructor(
    because: string,
    { status = 403, detail = {}, cause }: { status?: number; detail?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(because, { cause });
    this.status = status;
    this.detail = detail;
  }
}
