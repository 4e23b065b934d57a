import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { runChecks } from "../../api/stagedApi/gates/checks";

export const deploymentOnlyModule = true;

/** Facts and tools for `verify` about the version that it judges. */
export interface VerifyTools {
  /** Name of the app, such as `hello`. */
  readonly name: string;
  /** The version that is about to become LIVE. */
  readonly version: string;
  /**
   * Calls that version and returns its answer.
   *
   * @throws Error with the app's own message when it failed.
   */
  invoke<Answer = unknown>(event?: unknown): Promise<Answer>;
}

/**
 * Judges a version. It passes by returning nothing or true; after any other answer, an error, or a timeout LIVE does
 * not move.
 */
export type Verify = (tools: VerifyTools) => Promise<unknown>;

export interface VerifyEvent {
  readonly name: string;
  readonly functionName: string;
  readonly version: string;
}

/** Milliseconds reserved to report a check that was too slow, before Lambda ends the function. */
const RESERVE = 500;

interface Context {
  getRemainingTimeInMillis(): number;
}

/** Made for `callbackFactory`: judges one version of an app. */
export const verifierFactory =
  (verify: Verify) => (): ((event: VerifyEvent, context: Context) => Promise<{ passed: true }>) => {
    const lambda = new LambdaClient({});
    return async ({ name, functionName, version }, context) => {
      const invoke: VerifyTools["invoke"] = (event) =>
        invokeVersion(lambda, { functionName, version }, event) as never;
      const tools = { name, version, invoke };
      const remaining = (): number => context.getRemainingTimeInMillis() - RESERVE;
      await runChecks("verify", { [name]: verify }, tools, remaining);
      return { passed: true };
    };
  };

async function invokeVersion(
  lambda: LambdaClient,
  { functionName, version }: Pick<VerifyEvent, "functionName" | "version">,
  event: unknown = {},
): Promise<unknown> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: version,
      Payload: new TextEncoder().encode(JSON.stringify(event)),
    }),
  );
  const text = new TextDecoder().decode(Payload);
  const value: unknown = text === "" ? undefined : JSON.parse(text);
  if (FunctionError === undefined) return value;
  const { errorMessage } = (value ?? {}) as { errorMessage?: string };
  throw new Error(errorMessage ?? `version ${version} failed: ${text}`);
}
