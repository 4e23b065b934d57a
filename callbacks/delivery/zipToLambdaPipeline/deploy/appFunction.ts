import {
  CreateFunctionCommand,
  type FunctionCode,
  type FunctionConfiguration,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  type LambdaClient,
  PublishVersionCommand,
  type ResolvedS3Object,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { nameOf } from "../../../retry";
import type { PipelineSettings } from "../settings";
import type { Upload } from "../uploads/upload";
import { differs, type FunctionPlan } from "./functionPlan";
import { isRoleTooNew, notYet, rejectedUpload } from "./problem";

export const deploymentOnlyModule = true;

/** Tag that marks the functions of a pipeline. */
export const PIPELINE_TAG = "aws-callbacks:pipeline";

/** Location of a function and of its code. */
export interface AppPlace {
  readonly functionName: string;
  readonly bucketName: string;
  readonly upload: Upload;
  readonly code: AppCode;
  readonly pipeline: string;
  readonly storage?: PipelineSettings["storage"];
}

/** The object in the bucket that Lambda reads: the uploaded zip, or the result of its build. */
export interface AppCode {
  readonly key: string;
  readonly versionId: string;
  /** In base64, as Lambda returns it. */
  readonly sha256: string;
}

/** How to wait for Lambda. */
export interface Waiting {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the epoch at which waiting ends. */
  readonly until: number;
}

/**
 * Finds the function of an app; undefined while there is none.
 *
 * @throws a rejection for a function that belongs to another pipeline or was created otherwise: it stays unchanged.
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

/** Creates or updates the function according to the plan, and returns its configuration once Lambda has finished. */
export async function applyPlan(
  lambda: LambdaClient,
  place: AppPlace,
  plan: FunctionPlan,
  found: GetFunctionCommandOutput | undefined,
  waiting: Waiting,
): Promise<FunctionConfiguration> {
  if (!found) {
    await create(lambda, place, plan, waiting);
    return waitUntilReady(lambda, place.functionName, waiting);
  }
  const { Configuration: before = {}, Code = {} } = found;
  // An earlier try may have left a change under way.
  let current = isReady(before)
    ? before
    : await waitUntilReady(lambda, place.functionName, waiting, "tolerate");
  const referred = Code.ResolvedS3Object;
  const isBroken =
    current.State === "Failed" ||
    current.LastUpdateStatus === "Failed" ||
    // Lambda has lost access to the object that the code refers to; an idle function only seems so.
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html#self-managed-storage-lifecycle
    (referred !== undefined && current.State === "Inactive");
  const isOther =
    current.CodeSha256 !== place.code.sha256 ||
    current.Architectures?.[0] !== plan.architecture ||
    !isStoredAt(place, referred);
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
 * Publishes `$LATEST` as a version. Lambda returns the newest version when nothing has changed since it.
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

/** Returns the description of a version: the upload that it was created from. */
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
 * Waits until a creation or an update is finished. Polls with GetFunction, which has its own quota of 100 requests a
 * second; almost all other calls, including GetFunctionConfiguration, share 15 a second in the whole account.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 *
 * @throws a rejection with Lambda's own reason when it failed, unless that is tolerated because another update follows;
 * an error that asks for another try when it takes longer.
 */
async function waitUntilReady(
  lambda: LambdaClient,
  FunctionName: string,
  { now, sleep, until }: Waiting,
  failures: "reject" | "tolerate" = "reject",
): Promise<FunctionConfiguration> {
  for (let wait = 250; ; wait = Math.min(2_000, wait * 2)) {
    const answer = await lambda.send(new GetFunctionCommand({ FunctionName }));
    const { Configuration: found = {} } = answer;
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
  // Lambda took back the network of an idle (Inactive) function; it still answers the next call.
  return /^(Active|Inactive)$/.test(State ?? "") && LastUpdateStatus === "Successful";
}

function failedState(found: FunctionConfiguration): Error {
  const isCreation = found.State === "Failed";
  const code = (isCreation ? found.StateReasonCode : found.LastUpdateStatusReasonCode) ?? "unknown";
  const reason = (isCreation ? found.StateReason : found.LastUpdateStatusReason) ?? "";
  return rejectedUpload({
    code: `failed: ${code}`,
    message: `Lambda could not make the function: ${code}${reason ? `, ${reason}` : ""}`,
    fix: "fix what it names, and upload the zip again",
  });
}

/** Checks whether a function's code is a copy, or refers to the zip itself, as the pipeline's `storage` says. */
function isStoredAt(
  { bucketName, code, storage }: AppPlace,
  referred: ResolvedS3Object | undefined,
): boolean {
  if (storage !== "reference" || !referred) return storage !== "reference" && !referred;
  const { S3Bucket, S3Key, S3ObjectVersion } = referred;
  return S3Bucket === bucketName && S3Key === code.key && S3ObjectVersion === code.versionId;
}

function codeOf({ bucketName, code, storage }: AppPlace): FunctionCode {
  return {
    S3Bucket: bucketName,
    S3Key: code.key,
    S3ObjectVersion: code.versionId,
    // Every update must name the mode; Lambda copies the code otherwise.
    ...(storage === "reference" ? { S3ObjectStorageMode: "REFERENCE" } : {}),
  };
}

/** Returns the answer, or undefined when the function does not exist. */
export async function unlessGone<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (nameOf(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}
