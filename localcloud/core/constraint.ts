import { AwsError } from "./errors";

/** A request member that violates its model, described with the common texts of AWS's front ends. */
export interface Violation {
  /** Name of the member in the error: lower camel case, e.g. `numberOfBytes`. */
  readonly member: string;
  /** Omitted from the text for secrets and blobs, as on AWS. */
  readonly value?: string | number | null;
  /** E.g. `Member must have length less than or equal to 4096`. */
  readonly rule: string;
}

/**
 * Returns the error `1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: ...`.
 */
export function constraintError(violation: Violation, code = "ValidationException"): AwsError {
  const value =
    violation.value === undefined
      ? "Value"
      : violation.value === null
        ? "Value null"
        : `Value '${violation.value}'`;
  return new AwsError(
    code,
    `1 validation error detected: ${value} at '${violation.member}' ` +
      `failed to satisfy constraint: ${violation.rule}`,
  );
}

/** Returns the member's value. Throws AWS's error if it is absent. */
export function required<Value>(
  value: Value | undefined | null,
  member: string,
  code?: string,
): Value {
  if (value === undefined || value === null)
    throw constraintError({ member, value: null, rule: "Member must not be null" }, code);
  return value;
}

/** Checks that a number is in `min..max`; an absent one is valid. */
export function checkRange(
  value: number | undefined,
  member: string,
  range: { min: number; max: number },
  code?: string,
): void {
  if (value === undefined) return;
  if (value < range.min)
    throw constraintError(
      { member, value, rule: `Member must have value greater than or equal to ${range.min}` },
      code,
    );
  if (value > range.max)
    throw constraintError(
      { member, value, rule: `Member must have value less than or equal to ${range.max}` },
      code,
    );
}

/** Checks that the length of a string, list or blob is in `min..max`; an absent one is valid. */
export function checkLength(
  value: { readonly length: number } | undefined,
  member: string,
  range: { min: number; max: number },
  code?: string,
): void {
  if (value === undefined) return;
  const shown = typeof value === "string" ? { value } : {};
  if (value.length < range.min)
    throw constraintError(
      { member, ...shown, rule: `Member must have length greater than or equal to ${range.min}` },
      code,
    );
  if (value.length > range.max)
    throw constraintError(
      { member, ...shown, rule: `Member must have length less than or equal to ${range.max}` },
      code,
    );
}

/** Checks that a string is one of `allowed`; an absent one is valid. */
export function checkEnum(
  value: string | undefined,
  member: string,
  allowed: readonly string[],
  code?: string,
): void {
  if (value === undefined || allowed.includes(value)) return;
  throw constraintError(
    { member, value, rule: `Member must satisfy enum value set: [${allowed.join(", ")}]` },
    code,
  );
}

/** Checks that a string matches; an absent one is valid. */
export function checkPattern(
  value: string | undefined,
  member: string,
  pattern: RegExp,
  code?: string,
): void {
  if (value === undefined || pattern.test(value)) return;
  throw constraintError(
    { member, value, rule: `Member must satisfy regular expression pattern: ${pattern.source}` },
    code,
  );
}
