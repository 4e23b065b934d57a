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
 * @param known what an earlier upload has made.
 */
export async function bringUrl(
  lambda: LambdaClient,
  FunctionName: string,
  http: AppHttp,
  known: string | undefined,
): Promise<string | undefined> {
  const at = { FunctionName, Qualifier: LIVE };
  if (http === "functionUrl") return known ?? createUrl(lambda, at);
  if (known !== undefined)
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
