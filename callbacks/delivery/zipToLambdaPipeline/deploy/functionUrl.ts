import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { nameOf } from "../../../retry";
import type { AppHttp } from "../settings";
import { unlessGone } from "./appFunction";
import { LIVE } from "./live";

export const deploymentOnlyModule = true;

/**
 * The address of LIVE, made or taken away as the program says. It lets in who is signed by AWS and may invoke the
 * function by its address.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 *
 * @param before what an earlier upload has made, and whether LIVE is still as that upload has left it.
 */
export async function bringUrl(
  lambda: LambdaClient,
  FunctionName: string,
  http: AppHttp,
  { url, isKnown }: { readonly url: string | undefined; readonly isKnown: boolean },
): Promise<string | undefined> {
  const at = { FunctionName, Qualifier: LIVE };
  if (http === "functionUrl") return (isKnown ? url : undefined) ?? createUrl(lambda, at);
  if (url !== undefined)
    await unlessGone(() => lambda.send(new DeleteFunctionUrlConfigCommand(at)));
  return undefined;
}

async function createUrl(
  lambda: LambdaClient,
  at: { readonly FunctionName: string; readonly Qualifier: string },
): Promise<string | undefined> {
  try {
    const made = await lambda.send(
      new CreateFunctionUrlConfigCommand({ ...at, AuthType: "AWS_IAM" }),
    );
    return made.FunctionUrl;
  } catch (error) {
    // A try before this one has made it, and was ended before it could say so.
    if (nameOf(error) !== "ResourceConflictException") throw error;
    return (await lambda.send(new GetFunctionUrlConfigCommand(at))).FunctionUrl;
  }
}
