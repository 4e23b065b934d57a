import type { CallbackOptions } from "./callbackOptions";
import { statementExceptions } from "../iam/statementExceptions";
import type { Statement } from "../iam/statement";
import type { PolicyException } from "../iam/policyException";
import { childName } from "../names";

/** Returns the intended exceptions of a function from the policy pack. */
export function policyExceptions(
  name: string,
  // Called before the arguments are checked: JavaScript may have omitted them.
  args: (CallbackOptions & { permissions?: Statement[] }) | undefined,
): PolicyException[] {
  const exceptions = statementExceptions(args?.permissions, childName(name, "policy"));
  if (args?.asynchronous === false) {
    exceptions.push({
      rule: "Serverless-LambdaAsyncFailureDestination",
      resource: name,
      reason: "Nothing calls it asynchronously (asynchronous: false): its callers see every error.",
    });
  }
  if (args?.vpc) {
    exceptions.push({
      rule: "AwsSolutions-IAM5",
      resource: childName(name, "policy"),
      finding: "ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface,*",
      reason:
        "Lambda asks for its network interfaces on all resources; a Deny keeps the code itself from them.",
    });
  }
  return exceptions;
}
