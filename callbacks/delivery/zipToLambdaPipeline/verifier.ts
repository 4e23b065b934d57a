import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { runChecks } from "../../api/stagedApi/gates/checks";

export const deploymentOnlyModule = true;

/** What `verify` is told of the version that it judges. */
export interface VerifyTools {
  /** Name of the app, such as `hello`. */
  readonly name: string;
  /** The version that is to become LIVE. */
  readonly version: string;
  /**
   * Calls that version and answers what it answered.
   *
   * @throws Error with the app's own message when it failed.
   */
  invoke<Answer = unknown>(event?: unknown): Promise<Answer>;
}

/** Passes a version by returning nothing or true; anything else, an error, or no end in time keeps LIVE as it is. */
export type Verify = (tools: VerifyTools) => Promise<unknown>;

export interface VerifyEvent {
  readonly name: string;
  readonly functionName: string;
  readonly version: string;
}

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
      const remaining = (): number => context.getRemainingTimeInMillis();
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
