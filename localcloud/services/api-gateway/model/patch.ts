import type { Op, PatchOperation } from "@aws-sdk/client-api-gateway";
import { badRequest, enumViolation, validationException } from "./apiErrors";

/** One change to a stored object; `names` are the variable parts of its path, unescaped. */
export interface Change {
  readonly op: Op;
  readonly path: string;
  readonly names: readonly string[];
  readonly value: string | undefined;
  /** Of a copy: the path of the value. */
  readonly from: string | undefined;
}

/** A path that can be patched; `{}` matches one segment, the key of a map. */
export interface PatchRule<Target> {
  readonly path: string;
  readonly ops: readonly Op[];
  apply(target: Target, change: Change): void;
}

/** The errors for operations that no rule allows. Their texts differ between kinds of objects on AWS. */
export interface PatchRefusals {
  unknownPath(change: Change): Error;
  unsupportedOp(change: Change, allowed: readonly Op[]): Error;
}

const OPS: readonly Op[] = ["add", "remove", "move", "test", "replace", "copy"];

/**
 * Applies all operations to a copy and returns it, so that a refused operation changes nothing.
 * https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 */
export function patched<Target>(
  target: Target,
  operations: readonly PatchOperation[] | undefined,
  rules: readonly PatchRule<Target>[],
  refusals: PatchRefusals,
  inputName: string,
): Target {
  checkOps(operations ?? [], inputName);
  const copy = structuredClone(target);
  for (const operation of operations ?? []) applyOne(copy, operation, rules, refusals);
  return copy;
}

function applyOne<Target>(
  target: Target,
  operation: PatchOperation,
  rules: readonly PatchRule<Target>[],
  refusals: PatchRefusals,
): void {
  // As recorded, a missing path is reported as `null`.
  const path = operation.path ?? "null";
  const segments = path.split("/").slice(1);
  const op = operation.op ?? "replace";
  const rule = rules.find((candidate) => matchesPath(candidate.path, segments));
  const change: Change = {
    op,
    path,
    names: rule ? variableSegments(rule.path, segments) : [],
    value: operation.value ?? undefined,
    from: operation.from,
  };
  if (!rule) throw refusals.unknownPath(change);
  if (!rule.ops.includes(op)) throw refusals.unsupportedOp(change, rule.ops);
  rule.apply(target, change);
}

function checkOps(operations: readonly PatchOperation[], inputName: string): void {
  const violations = operations.flatMap(({ op }, index) =>
    op === undefined || OPS.includes(op)
      ? []
      : [enumViolation(op, `${inputName}.patchOperations.${index + 1}.member.op`, OPS)],
  );
  if (violations.length > 0) throw validationException(violations);
}

function matchesPath(pattern: string, segments: readonly string[]): boolean {
  const wanted = pattern.split("/").slice(1);
  return (
    wanted.length === segments.length &&
    wanted.every((part, index) =>
      part === "{}" ? segments[index] !== "" : part === segments[index],
    )
  );
}

function variableSegments(pattern: string, segments: readonly string[]): string[] {
  return pattern
    .split("/")
    .slice(1)
    .flatMap((part, index) => (part === "{}" ? [unescapePointer(segments[index])] : []));
}

/** Unescapes a segment of a JSON Pointer: `~1` is a slash, `~0` a tilde (RFC 6901). */
export function unescapePointer(segment: string): string {
  return segment.replace(/~1/g, "/").replace(/~0/g, "~");
}

/** The errors of RestApi, Method, Integration and most other objects. */
export const plainRefusals: PatchRefusals = {
  unknownPath: ({ path }) => badRequest(`Invalid patch path ${path}`),
  unsupportedOp: (_change, allowed) =>
    badRequest(`Invalid patch operation specified. Must be one of: [${allowed.join(", ")}]`),
};

/** Returns the errors of Resource, Model and RequestValidator, which list the paths that can be replaced. */
export function listingRefusals(paths: readonly string[]): PatchRefusals {
  const prefix = ({ path, op }: Change): string =>
    `Invalid patch path  '${path}' specified for op '${op}'.`;
  const choose = (change: Change): Error =>
    badRequest(`${prefix(change)} Please choose supported operations`);
  return {
    unknownPath: (change) =>
      change.op === "replace"
        ? badRequest(`${prefix(change)} Must be one of: [${paths.join(", ")}]`)
        : choose(change),
    unsupportedOp: choose,
  };
}

/** Returns a rule that replaces one string member. */
export function replaceText<Target>(
  path: string,
  set: (target: Target, value: string | undefined) => void,
): PatchRule<Target> {
  return { path, ops: ["replace"], apply: (target, { value }) => set(target, value) };
}

/** Parses a boolean as AWS does: anything except `true` is false. */
export function toBoolean(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}

export function toInteger(value: string | undefined, message: string): number {
  if (value === undefined || !/^-?\d+$/.test(value)) throw badRequest(message);
  return Number(value);
}

export function toNumber(value: string | undefined, message: string): number {
  const number = Number(value);
  if (value === undefined || value.trim() === "" || !Number.isFinite(number))
    throw badRequest(message);
  return number;
}
