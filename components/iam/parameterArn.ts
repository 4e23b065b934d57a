import * as pulumi from "@pulumi/pulumi";
import { locationOf } from "../location";
import { isMissingInMocks } from "../mocks";
import { describedError, isLater } from "../validation";

/**
 * Returns the ARN of an SSM parameter of the program's account and region.
 *
 * @throws pulumi.ResourceError, when the value is known, for anything but a name: of an ARN the policy would be wrong,
 *   and a version or label at its end is not part of the ARN.
 */
export function parameterArn(
  self: pulumi.Resource,
  argument: string,
  parameter: pulumi.Input<string>,
): pulumi.Output<string> {
  const checked = (name: unknown): string => checkParameterName(self, argument, name);
  const name = isLater(parameter) ? pulumi.output(parameter).apply(checked) : checked(parameter);
  const { partition, region, accountId } = locationOf(self);
  return pulumi.interpolate`arn:${partition}:ssm:${region}:${accountId}:parameter/${name}`;
}

/** Returns the name without the slash at its beginning. @throws pulumi.ResourceError for anything but a name */
export function checkParameterName(self: pulumi.Resource, argument: string, name: unknown): string {
  if (typeof name === "string" && /^[\w./-]+$/.test(name)) return name.replace(/^\//, "");
  if (isMissingInMocks(name)) return String(name);
  // It is not shown: a caller may have passed the secret itself.
  const isArn = typeof name === "string" && name.startsWith("arn:");
  const given = isArn ? "an ARN" : typeof name === "string" ? "another text" : typeof name;
  const allowed = "give the name of a parameter in this account and region, such as /shop/token";
  throw describedError(self, argument, given, allowed);
}
