import {
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import type { RunningProgram } from "../../../localcloud/testing";

/** Lambda's minimum; by default an event waits for six hours, in which the rest of a stack would run too. */
const MaximumEventAgeInSeconds = 60;

/** Calls a function asynchronously that has no concurrency to run, until the event is given up. */
export async function loseCall(
  program: RunningProgram,
  target: { readonly FunctionName: string; readonly Qualifier?: string },
): Promise<void> {
  const lambda = program.client(LambdaClient);
  const { FunctionName } = target;
  await lambda.send(
    new UpdateFunctionEventInvokeConfigCommand({ ...target, MaximumEventAgeInSeconds }),
  );
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
  );
  await lambda.send(new InvokeCommand({ ...target, InvocationType: "Event" }));
  await program.cloud.clock.advance(600_000);
}
