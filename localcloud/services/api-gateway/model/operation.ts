import type { AccessCheck, CallContext, Operation } from "../../../core/service";
import type { ApiGatewayStore } from "../store";

export type Context = CallContext<ApiGatewayStore>;

/** An output of the SDK without the metadata that the SDK adds. */
export type Output<CommandOutput> = Omit<CommandOutput, "$metadata">;

/** The HTTP verbs that API Gateway's IAM actions are named after. */
export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Defines an operation of the control plane. It requires `apigateway:<verb>` on the path of the object.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
export function operation<Input, Result>(
  verb: Verb,
  path: (input: Input) => string,
  run: (input: Input, context: Context) => Result | Promise<Result>,
  moreChecks: (input: Input, context: Context) => readonly AccessCheck[] = () => [],
): Operation<ApiGatewayStore, Input, Result> {
  return {
    access: (input, context) => [
      {
        action: `apigateway:${verb}`,
        resource: `arn:aws:apigateway:${context.region}::${path(input)}`,
      },
      ...moreChecks(input, context),
    ],
    run,
  };
}

/** Returns the check of `iam:PassRole` for a role that API Gateway will assume; no check for other values. */
export function passRoleCheck(roleArn: string | undefined): readonly AccessCheck[] {
  if (roleArn === undefined || !/^arn:[^:]+:iam::\d{12}:role\//.test(roleArn)) return [];
  return [
    {
      action: "iam:PassRole",
      resource: roleArn,
      context: { "iam:PassedToService": "apigateway.amazonaws.com" },
    },
  ];
}
