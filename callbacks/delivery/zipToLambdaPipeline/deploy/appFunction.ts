import {
  CreateFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { nameOf } from "../../../retry";
import type { Upload } from "../uploads/upload";
import { differs, type FunctionPlan } from "./functionPlan";
import { isRoleTooNew, notYet, rejectedUpload } from "./problem";

export const deploymentOnlyModule = true;

/** Tag that says which pipeline a function belongs to. */
export const PIPELINE_TAG = "aws-callbacks:pipeline";

/** Where a function and the code of it are. */
export interface AppPlace {
  readonly functionName: string;
  readonly bucketName: string;
  readonly upload: Upload;
  readonly code: AppCode;
  readonly pipeline: string;
}

/** The object of the bucket that Lambda takes: the zip that was uploaded, or what its build has made. */
export interface AppCode {
  readonly key: string;
  readonly versionId: string;
  /** In base64, as Lambda gives it. */
  readonly sha256: string;
}

/** How long to wait for Lambda. */
export interface Waiting {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the epoch until which it is worth it. */
  readonly until: number;
}

/**
 * The function of an app; undefined while there is none.
 *
 * @throws a rejection for a function that another pipeline or person has made: it is left alone.
 */
export async function findFunction(
  lambda: LambdaClient,
  functionName: string,
  pipeline: string,
): Promise<GetFunctionCommandOutput | undefined> {
  const found = await unlessGone(() =>
    lambda.send(new GetFunctionCommand({ FunctionName: functionName })),
  );
  if (!found || found.Tags?.[PIPELINE_TAG] === pipeline) return found;
  const owner = found.Tags?.[PIPELINE_TAG];
  throw rejectedUpload({
    code: "nameTaken",
    message: `there is a function ${functionName}, and ${owner ? `the pipeline ${owner} has made it` : "no pipeline has made it"}`,
    fix: "give the app another name, or delete that function",
  });
}

/** Creates the function or brings it to the plan, and answers what it is like once Lambda is done. */
export async function bringToPlan(
  lambda: LambdaClient,
  place: AppPlace,
  plan: FunctionPlan,
  found: FunctionConfiguration | undefined,
  waiting: Waiting,
): Promise<FunctionConfiguration> {
  if (!found) {
    await create(lambda, place, plan, waiting);
    return waitUntilReady(lambda, place.functionName, waiting);
  }
  // A try before this one may have left a change under way.
  let current = isReady(found)
    ? found
    : await waitUntilReady(lambda, place.functionName, waiting, "tolerate");
  const isBroken = current.State === "Failed" || current.LastUpdateStatus === "Failed";
  const isOther =
    current.CodeSha256 !== place.code.sha256 || current.Architectures?.[0] !== plan.architecture;
  if (isBroken || isOther) {
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: place.functionName,
        ...codeOf(place),
        Architectures: [plan.architecture],
        RevisionId: current.RevisionId,
      }),
    );
    current = await waitUntilReady(lambda, place.functionName, waiting);
  }
  if (!differs(plan, current)) return current;
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: place.functionName,
      ...plan.configuration,
      RevisionId: current.RevisionId,
    }),
  );
  return waitUntilReady(lambda, place.functionName, waiting);
}

/**
 * Makes what `$LATEST` is now a version. Lambda answers with the newest one where nothing has changed since it.
 *
 * @throws an error of interference when somebody has changed the function meanwhile.
 */
export async function publish(
  lambda: LambdaClient,
  { functionName, code, upload }: AppPlace,
  { RevisionId }: FunctionConfiguration,
): Promise<string> {
  const { Version = "" } = await lambda.send(
    new PublishVersionCommand({
      FunctionName: functionName,
      CodeSha256: code.sha256,
      RevisionId,
      Description: describeVersion(upload),
    }),
  );
  return Version;
}

/** By its description a version tells which upload it was made of. */
export function describeVersion({ key, versionId }: Pick<Upload, "key" | "versionId">): string {
  return `${key} ${versionId}`.slice(0, 256);
}

async function create(
  lambda: LambdaClient,
  place: AppPlace,
  { configuration, architecture }: FunctionPlan,
  waiting: Waiting,
): Promise<void> {
  const command = new CreateFunctionCommand({
    FunctionName: place.functionName,
    ...configuration,
    Code: codeOf(place),
    Architectures: [architecture],
    Tags: { [PIPELINE_TAG]: place.pipeline },
  });
  for (let wait = 1_000; ; wait = Math.min(5_000, wait * 2)) {
    try {
      await lambda.send(command);
      return;
    } catch (error) {
      if (!isRoleTooNew(error)) throw error;
      if (waiting.now() + wait > waiting.until) throw notYet(10, (error as Error).message);
      await waiting.sleep(wait);
    }
  }
}

/**
 * Waits for a creation or a change to be done.
 *
 * @throws a rejection with Lambda's own reason where it failed, unless it is to be tolerated because another change
 * follows; an error that asks for another try where it takes longer.
 */
async function waitUntilReady(
  lambda: LambdaClient,
  FunctionName: string,
  { now, sleep, until }: Waiting,
  failures: "reject" | "tolerate" = "reject",
): Promise<FunctionConfiguration> {
  for (let wait = 250; ; wait = Math.min(2_000, wait * 2)) {
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { State, LastUpdateStatus } = found;
    if (State === "Failed" || LastUpdateStatus === "Failed") {
      if (failures === "tolerate") return found;
      throw failedState(found);
    }
    if (isReady(found)) return found;
    if (now() + wait > until) throw notYet(15, `${FunctionName} is ${State}, ${LastUpdateStatus}`);
    await sleep(wait);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
function isReady({ State, LastUpdateStatus }: FunctionConfiguration): boolean {
  // An idle function, one whose network was taken back, answers the next call.
  return /^(Active|Inactive)$/.test(State ?? "") && LastUpdateStatus === "Successful";
}

function failedState(found: FunctionConfiguration): Error {
  const isCreation = found.State === "Failed";
  const code = (isCreation ? found.StateReasonCode : found.LastUpdateStatusReasonCode) ?? "unknown";
  const reason = (isCreation ? found.StateReason : found.LastUpdateStatusReason) ?? "";
  return rejectedUpload({
    code: `failed: ${code}`,
    message: `Lambda could not make the function: ${code}${reason ? `, ${reason}` : ""}`,
    fix: "mend what it names, and upload the zip again",
  });
}

function codeOf({ bucketName, code }: AppPlace) {
  return { S3Bucket: bucketName, S3Key: code.key, S3ObjectVersion: code.versionId };
}

/** The answer, or undefined where there is no such function. */
export async function unlessGone<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (nameOf(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
