import { formatArn } from "../../../core/arn";
import { constraintError } from "../../../core/constraint";
import type { CallContext } from "../../../core/service";
import { functionNotFound, invalidParameter, notFound } from "./errors";

/** A function as a request names it: name, `name:qualifier`, partial ARN or full ARN. */
export interface FunctionReference {
  readonly name: string;
  /** Version or alias; undefined for the unqualified function. */
  readonly qualifier?: string;
}

type Place = Pick<CallContext<unknown>, "region" | "accountId">;

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html (FunctionName) */
const REFERENCE =
  /^(arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:([a-z]{2}(?:-gov)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

const PATTERN_TEXT =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?" +
  "(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

const MAX_NAME_LENGTH = 64;

/** Parses the function name and the separate `Qualifier` parameter. Throws AWS's validation errors. */
export function parseReference(
  text: string | undefined,
  place: Place,
  qualifier?: string,
): FunctionReference {
  const match = REFERENCE.exec(text ?? "");
  if (!match || match[4].length > MAX_NAME_LENGTH)
    throw constraintError({
      member: "functionName",
      value: text ?? null,
      rule: `Member must satisfy regular expression pattern: ${PATTERN_TEXT}`,
    });
  const [, , region, accountId, name, ownQualifier] = match;
  if (region && region !== place.region)
    throw notFound(
      `Functions from '${region}' are not reachable in this region ('${place.region}')`,
    );
  if (accountId && accountId !== place.accountId) throw functionNotFound(text ?? "");
  if (ownQualifier && qualifier && ownQualifier !== qualifier)
    throw invalidParameter(
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  checkQualifier(qualifier);
  return { name, qualifier: qualifier ?? ownQualifier };
}

function checkQualifier(qualifier: string | undefined): void {
  if (qualifier === undefined || /^(\$LATEST|[a-zA-Z0-9-_]{1,128})$/.test(qualifier)) return;
  throw constraintError({
    member: "qualifier",
    value: qualifier,
    rule: "Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9$_-]+",
  });
}

/** Returns `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`. */
export function functionArn(place: Place, name: string, qualifier?: string): string {
  return formatArn("lambda", place, `function:${name}${qualifier ? `:${qualifier}` : ""}`);
}

/** Returns the ARN that IAM evaluates a request on. A name that is not a valid reference is used unchanged. */
export function requestedArn(
  place: Place,
  input: { FunctionName?: string; Qualifier?: string },
): string {
  const match = REFERENCE.exec(input.FunctionName ?? "");
  if (!match) return functionArn(place, input.FunctionName ?? "", input.Qualifier);
  return functionArn(place, match[4], input.Qualifier ?? match[5]);
}
