import { formatArn } from "../../../core/arn";
import type { AccessCheck, CallContext } from "../../../core/service";
import { requestedArn } from "./functionReference";
import { LAMBDA_PRINCIPAL } from "./roleSession";

type Place = Pick<CallContext<unknown>, "region" | "accountId">;
type Named = { FunctionName?: string; Qualifier?: string };

/** The usual check: the action on the function, with the qualifier that the request names. */
export function onFunction(action: string) {
  return (input: Named, context: Place): readonly AccessCheck[] => [
    { action: `lambda:${action}`, resource: requestedArn(context, input) },
  ];
}

/** Actions on an alias are judged on the function. */
export function onUnqualified(action: string) {
  return (input: { FunctionName?: string }, context: Place): readonly AccessCheck[] => [
    {
      action: `lambda:${action}`,
      resource: requestedArn(context, { FunctionName: input.FunctionName }),
    },
  ];
}

/** Whoever gives a role to a function must be allowed to pass it on. */
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
