import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Checks } from "./gates/checks";
import { isThreadOf, serveChecks } from "./gates/checkThread";
import type { RoutedEvent } from "./dispatch";
import { createDeniedRetry } from "./gates/deniedRetry";
import { type FailedCall, memoryProblem } from "./gates/memoryProblem";
import { runInThread } from "./gates/runInThread";

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

/** Seconds that the function has in addition to its checks: to start their thread, and to end it. */
export const GATE_RESERVE = 5;

/**
 * Judges one version of the API's function before STAGE moves to it.
 *
 * @param seconds that the checks may take together.
 */
export const gateFactory =
  (checks: Checks<GateTools>, seconds: number) =>
  (): ((event: GateEvent, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>) => {
    if (isThreadOf("gate")) serveChecks("gate", checks, gateTools);
    return async (subject, context) => {
      const judged = { checksOf: "gate", checks, toolsOf: gateTools, subject } as const;
      const remaining = (): number => context.getRemainingTimeInMillis() - 1000;
      await runInThread({ ...judged, milliseconds: seconds * 1000 }, remaining);
      return { version: subject.version, passed: Object.keys(checks) };
    };
  };

function gateTools(subject: GateEvent): GateTools {
  const retry = createDeniedRetry();
  retry.begin();
  const lambda = new LambdaClient({});
  lambda.middlewareStack.add(retry.middleware, { step: "initialize" });
  return {
    invoke: (event, route) => invoke(lambda, subject, route ?? subject.route, event) as never,
  };
}

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
