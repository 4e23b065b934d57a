import { formatArn } from "../../../core/arn";
import type { AccessCheck, CallContext } from "../../../core/service";
import { requestedArn } from "./functionReference";
import { LAMBDA_PRINCIPAL } from "./roleSession";

type Place = Pick<CallContext<unknown>, "region" | "accountId">;
type Named = { FunctionName?: string; Qualifier?: string };

/** Returns the usual check: the action on the function, with the qualifier that the request names. */
export function onFunction(action: string) {
  return (input: Named, context: Place): readonly AccessCheck[] => [
    { action: `lambda:${action}`, resource: requestedArn(context, input) },
  ];
}

/** Returns the check of an action on an alias; IAM evaluates it on the function itself. */
export function onUnqualified(action: string) {
  return (input: { FunctionName?: string }, context: Place): readonly AccessCheck[] => [
    {
      action: `lambda:${action}`,
      resource: requestedArn(context, { FunctionName: input.FunctionName }),
    },
  ];
}

/** Returns the check that the caller may pass the role to Lambda, if the request sets a role. */
export function passRole(role: string | undefined): readonly AccessCheck[] {
  if (!role) return [];
  return [
    {
      action: "iam:PassRole",
      resource: role,
      context: { "iam:PassedToService": LAMBDA_PRINCIPAL },
    },
  ];
}

export function mappingArn(place: Place, uuid: string): string {
  return formatArn("lambda", place, `event-source-mapping:${uuid}`);
}
