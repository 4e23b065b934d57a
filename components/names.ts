import * as pulumi from "@pulumi/pulumi";
import { argumentError } from "./validation";

/**
 * Names of Lambda functions and IAM roles have at most 64 characters, of which Pulumi's autonaming takes 8 ("-" and 7
 * hexadecimal digits) and the longest suffix of a child with that limit ("-role") 5.
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html (FunctionName)
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (RoleName)
 */
const LONGEST_NAME = 64 - 8 - "-role".length;

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
 * @param room further characters that the component itself appends before it creates a function. Default 0.
 */
export function checkName(resource: pulumi.Resource, name: string, room = 0): void {
  const most = LONGEST_NAME - room;
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && name.length <= most) return;
  throw argumentError(
    resource,
    "name",
    name,
    `allowed are at most ${most} letters, digits, - and _, the first a letter, ` +
      "because names of functions and roles contain it",
  );
}
