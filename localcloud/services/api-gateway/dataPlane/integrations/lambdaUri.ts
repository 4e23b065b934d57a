import { lambdaFunctionArn, parseAwsUri, renderStageVariables } from "../../model/integrationUri";
import type { MethodExchange } from "../exchange";
import { configurationError } from "../gatewayError";

/** Returns the function's ARN of a Lambda integration, with stage variables replaced. */
export function functionArnOf({ integration, stageVariables }: MethodExchange): string {
  const uri = renderStageVariables(integration.uri ?? "", stageVariables);
  const parsed = parseAwsUri(uri);
  const functionArn = parsed && lambdaFunctionArn(parsed);
  // With an undefined stage variable the ARN is incomplete: it ends in `function:` or in a colon without an alias.
  if (
    functionArn === undefined ||
    !/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(?::[^:]+)?$/.test(functionArn)
  )
    throw configurationError("Invalid permissions on Lambda function");
  return functionArn;
}
