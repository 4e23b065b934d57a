import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Checks, runChecks } from "./gates/checks";
import type { RoutedEvent } from "./dispatch";
import { createDeniedRetry } from "./gates/deniedRetry";
import { type FailedCall, memoryProblem } from "./gates/memoryProblem";

export const deploymentOnlyModule = true;

/** Tools that a gate can use. */
export interface GateTools {
  /**
   * Calls the version that is about to go to STAGE, and returns the answer of the route's callback.
   *
   * @param event as the route's request template would send it.
   * @param route such as `GET /greeting`. Default: the API's first route.
   * @throws Error with the callback's own message when it failed.
   */
  invoke<Answer = unknown>(event: unknown, route?: string): Promise<Answer>;
}

/** The exact version that a gate judges. */
export interface GateEvent {
  readonly functionName: string;
  readonly version: string;
  readonly route: string;
}

/** Judges one version of the API's function before STAGE moves to it. */
export const gateFactory =
  (checks: Checks<GateTools>) =>
  (): ((event: GateEvent, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>) => {
    const retry = createDeniedRetry();
    const lambda = new LambdaClient({});
    lambda.middlewareStack.add(retry.middleware, { step: "initialize" });
    return async (subject, context) => {
      retry.begin();
      const tools: GateTools = {
        invoke: (event, route) => invoke(lambda, subject, route ?? subject.route, event) as never,
      };
      await runChecks("gate", checks, tools, () => context.getRemainingTimeInMillis());
      return { version: subject.version, passed: Object.keys(checks) };
    };
  };

async function invoke(
  lambda: LambdaClient,
  { functionName, version }: GateEvent,
  callbackRoute: string,
  callbackEvent: unknown,
): Promise<unknown> {
  const request: RoutedEvent = { callbackRoute, callbackStage: "stage", callbackEvent };
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: version,
      LogType: "Tail",
      Payload: new TextEncoder().encode(JSON.stringify(request)),
    }),
  );
  const text = new TextDecoder().decode(answer.Payload);
  const value: unknown = text === "" ? undefined : JSON.parse(text);
  if (answer.FunctionError === undefined) return value;
  const failed = value as FailedCall;
  const log = Buffer.from(answer.LogResult ?? "", "base64").toString();
  const problem = memoryProblem(`version ${version} of function ${functionName}`, failed, log);
  throw new Error(problem ?? failed.errorMessage ?? `version ${version} failed: ${text}`);
}
