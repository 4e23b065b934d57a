import { DeleteFunctionCommand } from "@aws-sdk/client-lambda";
import type { PipelineClients } from "../clients";
import type { WorkerConfig } from "../settings";
import { findFunction, unlessGone } from "./appFunction";
import { withUnusedZips } from "./unusedZips";

export const deploymentOnlyModule = true;

/**
 * Deletes the function of an app with its versions and its alias. Its log is kept as long as the program keeps logs.
 *
 * @returns false when there was none.
 * @throws a rejection for a function that is not this pipeline's.
 */
export async function removeApp(
  clients: Pick<PipelineClients, "lambda" | "s3">,
  functionName: string,
  config: WorkerConfig,
): Promise<boolean> {
  const { lambda } = clients;
  if (!(await findFunction(lambda, functionName, config.pipeline))) return false;
  const command = new DeleteFunctionCommand({ FunctionName: functionName });
  await withUnusedZips({ clients, config }, functionName, () =>
    unlessGone(() => lambda.send(command)),
  );
  return true;
}
