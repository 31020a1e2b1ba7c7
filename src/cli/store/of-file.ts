/** Whether an error is of the file system, such as ENOENT, ENOSPC or EACCES. */
export function isOfFile(error: unknown): error is Error & { code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string" && "path" in error;
}
