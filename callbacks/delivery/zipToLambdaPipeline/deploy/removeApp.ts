import { DeleteFunctionCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { findFunction, unlessGone } from "./appFunction";

export const deploymentOnlyModule = true;

/**
 * Deletes the function of an app with its versions and its alias. Its log is kept as long as the program keeps logs.
 *
 * @returns false when there was none.
 * @throws a rejection for a function that is not this pipeline's.
 */
export async function removeApp(
  lambda: LambdaClient,
  functionName: string,
  pipeline: string,
): Promise<boolean> {
  if (!(await findFunction(lambda, functionName, pipeline))) return false;
  await unlessGone(() => lambda.send(new DeleteFunctionCommand({ FunctionName: functionName })));
  return true;
}
