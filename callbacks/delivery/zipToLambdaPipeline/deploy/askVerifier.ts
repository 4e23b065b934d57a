import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { VerifyEvent } from "../verifier";
import { rejectedUpload } from "./problem";

export const deploymentOnlyModule = true;

/**
 * Lets the program's `verify` judge a version. It runs in a separate function, so its failures stay there: a version
 * passes only when the answer says so.
 *
 * @throws a rejection with its answer otherwise.
 */
export async function askVerifier(
  lambda: LambdaClient,
  FunctionName: string,
  event: VerifyEvent,
): Promise<void> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: new TextEncoder().encode(JSON.stringify(event)) }),
  );
  const text = new TextDecoder().decode(Payload);
  const problem = FunctionError === undefined ? answerProblem(text) : errorOf(text);
  if (problem === undefined) return;
  throw rejectedUpload({
    code: "verifyFailed",
    message: `verify did not pass version ${event.version}: ${problem}`,
    fix: "fix the app, or verify, and upload the zip again",
  });
}

/** Returns why an answer does not pass; undefined for `{ passed: true }`. */
function answerProblem(text: string): string | undefined {
  const { passed } = (JSON.parse(text || "null") ?? {}) as { passed?: boolean };
  return passed === true ? undefined : `it ended without an answer (${text.slice(0, 100)})`;
}

function errorOf(text: string): string {
  try {
    const { errorMessage } = JSON.parse(text) as { errorMessage?: string };
    return (errorMessage ?? text).slice(0, 500);
  } catch {
    return text.slice(0, 500);
  }
}
