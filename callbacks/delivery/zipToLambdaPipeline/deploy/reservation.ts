import {
  DeleteFunctionConcurrencyCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
} from "@aws-sdk/client-lambda";
import { unlessGone } from "./appFunction";

export const deploymentOnlyModule = true;

/** Reserves the concurrency that the program sets for a function: before LIVE moves, since Lambda may refuse it. */
export async function reserve(
  lambda: LambdaClient,
  FunctionName: string,
  {
    wanted,
    reserved,
  }: { readonly wanted: number | undefined; readonly reserved: number | undefined },
): Promise<void> {
  if (wanted === undefined || wanted === reserved) return;
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: wanted }),
  );
}

/** Removes the program's earlier reservation, unless somebody has set another number since. */
export async function removeReservation(
  lambda: LambdaClient,
  FunctionName: string,
  { ours, reserved }: { readonly ours: number | undefined; readonly reserved: number | undefined },
): Promise<void> {
  if (ours === undefined || ours !== reserved) return;
  await unlessGone(() => lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName })));
}
