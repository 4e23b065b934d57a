import * as pulumi from "@pulumi/pulumi";
import { argumentError } from "./validation";

/**
 * Names of Lambda functions, IAM roles and EventBridge rules have at most 64 characters, of which Pulumi's autonaming
 * takes 8 ("-" and 7 hexadecimal digits). Pulumi refuses a longer name instead of shortening it.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (FunctionName)
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (RoleName)
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html (Name)
 */
const LONGEST_NAME = 64 - 8;

/** The end of the name of every function's role. */
export const ROLE_SUFFIX = "-role";

/** Returns the logical name of a child. It never comes from an Output, so it is the same in every deployment. */
export function childName(parent: string, suffix: string): string {
  return `${parent}-${suffix}`;
}

/** Returns a component's name for metric dimensions, which differs between the stacks of an account. */
export function metricsName(name: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
}

/**
 * Refuses a component name that AWS would refuse in the names made from it.
 *
 * @param longestSuffix the longest that is appended for a child whose name has that limit. Default: that of a
 *   function's role.
 */
export function checkName(
  resource: pulumi.Resource,
  name: string,
  longestSuffix = ROLE_SUFFIX,
): void {
  const most = LONGEST_NAME - longestSuffix.length;
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && name.length <= most) return;
  throw argumentError(
    resource,
    "name",
    name,
    `allowed are at most ${most} letters, digits, - and _, the first a letter, ` +
      "because names of functions, roles and rules contain it",
  );
}

/**
 * Refuses a name that S3 would refuse in the names of a component's buckets; Pulumi makes them lower case.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function checkNameOfBuckets(resource: pulumi.Resource, name: string): void {
  if (!name.includes("_")) return;
  const allowed = "allowed are letters, digits and -, because names of buckets contain it";
  throw argumentError(resource, "name", name, allowed);
}
