import { lambdaFunctionArn, parseAwsUri, renderStageVariables } from "../../model/integrationUri";
import type { MethodExchange } from "../exchange";
import { configurationError } from "../gatewayError";

/** The function of a Lambda integration with the stage's variables filled in. */
export function functionArnOf({ integration, stageVariables }: MethodExchange): string {
  const uri = renderStageVariables(integration.uri ?? "", stageVariables);
  const parsed = parseAwsUri(uri);
  const functionArn = parsed && lambdaFunctionArn(parsed);
  // An undefined stage variable leaves a hole in the ARN: `function:`, or a colon with no alias.
  if (
    functionArn === undefined ||
    !/^arn:[^:]+:lambda:[^:]+:\d{12}:function:[^:]+(?::[^:]+)?$/.test(functionArn)
  )
    throw configurationError("Invalid permissions on Lambda function");
  return functionArn;
}
