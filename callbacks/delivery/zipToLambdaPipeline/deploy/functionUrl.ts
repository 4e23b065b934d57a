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
 * Creates or deletes the URL of LIVE, as the program says. The URL accepts requests that are signed with AWS
 * credentials of a caller that may invoke it.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 *
 * @param before the URL that an earlier upload has created, and whether LIVE is unchanged since that upload.
 */
export async function applyUrl(
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
    // An earlier try has created it, and ended before it could record it.
    if (nameOf(error) !== "ResourceConflictException") throw error;
    return (await lambda.send(new GetFunctionUrlConfigCommand(at))).FunctionUrl;
  }
}
