import { AwsError } from "./errors";

/** A request member that breaks its model, in the words that AWS's front ends share. */
export interface Violation {
  /** As the error names it: lower camel case, e.g. `numberOfBytes`. */
  readonly member: string;
  /** Left out of the text for secrets and blobs, as AWS does. */
  readonly value?: string | number | null;
  /** E.g. `Member must have length less than or equal to 4096`. */
  readonly rule: string;
}

/** `1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: ...` */
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

/** The member's value; throws AWS's text when it is absent. */
export function required<Value>(
  value: Value | undefined | null,
  member: string,
  code?: string,
): Value {
  if (value === undefined || value === null)
    throw constraintError({ member, value: null, rule: "Member must not be null" }, code);
  return value;
}

/** Refuses a number outside `min..max`; an absent one passes. */
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

/** Refuses a text, list or blob whose length is outside `min..max`; an absent one passes. */
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

/** Refuses a text that is not one of `allowed`; an absent one passes. */
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

/** Refuses a text that does not match; an absent one passes. */
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
