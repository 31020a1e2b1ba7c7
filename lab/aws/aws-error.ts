/** A refusal of an operation. `name` is the error's name in the SDK; its code on the wire and its HTTP status follow from the schemas. */
export class AwsError extends Error {
  override readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(name: string, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.fields = fields;
  }
}

/** How AWS words members that must be given and are not. */
export function notGiven(members: readonly string[]): AwsError {
  const told = members.map((member) => `Value null at '${member}' failed to satisfy constraint: Member must not be null`);
  const errors = members.length === 1 ? "1 validation error" : `${members.length} validation errors`;
  return new AwsError("ValidationException", `${errors} detected: ${told.join("; ")}`);
}

/** How AWS words a value that does not fit: a JSON service's ValidationException, a query service's ValidationError. */
export function invalid(member: string, value: string | number | readonly string[] | undefined, constraint: string): AwsError {
  const told = value === undefined ? "null" : `'${String(value)}'`;
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value ${told} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
