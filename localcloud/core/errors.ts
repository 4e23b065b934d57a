/** An error that is sent in the service's protocol; `code` is AWS's error name. */
export class AwsError extends Error {
  /** HTTP status; if absent, the codec uses that of the service's schema (400 if unknown there). */
  readonly status?: number;
  /** Other members of the modelled error, e.g. `Reason`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Headers of the response besides those of the modelled error. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: string,
    message: string,
    options: {
      status?: number;
      fields?: Record<string, unknown>;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.name = code;
    this.status = options.status;
    this.fields = options.fields ?? {};
    this.headers = options.headers ?? {};
  }
}

/** Returns the error for an operation that AWS has and this cloud does not support (HTTP 501). */
export function notImplemented(service: string, operation: string): AwsError {
  return new AwsError(
    "NotImplemented",
    `The local cloud does not implement ${service}:${operation}. ` +
      "Nothing was done; see docs/local-cloud.md for what is emulated.",
    { status: 501 },
  );
}

/** Ends the connection without a response: the server destroys the socket. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

/** Returns a thrown value as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Refuses options that this cloud does not support in an operation that it supports (HTTP 501). */
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
