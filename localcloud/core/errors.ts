/** An error that goes over the wire in the service's own shape; `code` is AWS's error name. */
export class AwsError extends Error {
  /** HTTP status; when absent the codec takes it from the service's schema (400 when unknown there). */
  readonly status?: number;
  /** Further members of the modelled error, e.g. `Reason`. */
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: string,
    message: string,
    options: { status?: number; fields?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = code;
    this.status = options.status;
    this.fields = options.fields ?? {};
  }
}

/** The loud answer for an operation of a real service that this cloud does not have (HTTP 501). */
export function notImplemented(service: string, operation: string): AwsError {
  return new AwsError(
    "NotImplemented",
    `The local cloud does not implement ${service}:${operation}. ` +
      "Nothing was done; see docs/local-cloud.md for what is emulated.",
    { status: 501 },
  );
}

/** The connection ends without an answer; the server destroys the socket instead of replying. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Refuses loudly an option of an operation that this cloud has without it (HTTP 501). */
export function refuseOptions<Input extends object>(
  input: Input,
  options: readonly (keyof Input & string)[],
  operation: string,
): void {
  const given = options.find((option) => input[option] !== undefined);
  if (given === undefined) return;
  throw new AwsError(
    "NotImplemented",
    `The local cloud does not implement ${operation} with ${given}. ` +
      "Nothing was done; see docs/local-cloud.md for what is emulated.",
    { status: 501 },
  );
}
