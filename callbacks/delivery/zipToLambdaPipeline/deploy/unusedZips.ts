import {
  GetFunctionCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
  type ResolvedS3Object,
} from "@aws-sdk/client-lambda";
import { GetObjectTaggingCommand, PutObjectTaggingCommand, type Tag } from "@aws-sdk/client-s3";
import { nameOf, reasonOf } from "../../../retry";
import type { PipelineClients } from "../clients";
import type { WorkerConfig } from "../settings";
import { NO_VERSION, type Upload } from "../uploads/upload";
import { unlessGone } from "./appFunction";

export const deploymentOnlyModule = true;

/** Tag of a zip that no function refers to any more: the bucket's lifecycle rule deletes only zips with it. */
export const UNUSED_TAG = { Key: "aws-callbacks:unused", Value: "true" } as const;

interface Place {
  readonly clients: Pick<PipelineClients, "lambda" | "s3">;
  readonly config: WorkerConfig;
}

/**
 * Deletes a function or versions of it, and marks the zips that nothing of the function refers to afterwards. A zip is
 * marked only after the deletion: a worker that ends between the two leaves a zip that is kept, not one that a function
 * needs. Nothing is marked where Lambda copies the zips.
 */
export async function withUnusedZips(
  { clients: { lambda, s3 }, config }: Place,
  functionName: string,
  deletion: () => Promise<unknown>,
): Promise<void> {
  if (config.storage !== "reference") {
    await deletion();
    return;
  }
  const before = await tried(functionName, () => referredBy(lambda, functionName));
  await deletion();
  if (before) await markUnused({ clients: { lambda, s3 }, config }, functionName, before);
}

/** Marks the zip of a rejected upload, unless a version of the function refers to it, such as one that did not pass. */
export async function markRejected(
  place: Place,
  functionName: string,
  { key: S3Key, versionId: S3ObjectVersion }: Pick<Upload, "key" | "versionId">,
): Promise<void> {
  const { storage, bucketName: S3Bucket } = place.config;
  if (storage !== "reference" || S3ObjectVersion === NO_VERSION) return;
  const object = { S3Bucket, S3Key, S3ObjectVersion };
  await markUnused(place, functionName, new Map([[idOf(object), object]]));
}

/**
 * Removes the mark of a zip to which a function will refer: an earlier try may have rejected it, and a copy of an
 * object has its tags (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html, x-amz-tagging-directive).
 */
export async function markUsed(
  { clients, config: { storage, bucketName: S3Bucket } }: Place,
  { key: S3Key, versionId: S3ObjectVersion }: { readonly key: string; readonly versionId?: string },
): Promise<void> {
  if (storage !== "reference") return;
  await retag(clients, { S3Bucket, S3Key, S3ObjectVersion }, []);
}

/** Replaces our tag of an object; S3 can only replace all tags, so the others are kept. */
async function retag(
  { s3 }: Pick<PipelineClients, "s3">,
  { S3Bucket: Bucket, S3Key: Key, S3ObjectVersion: VersionId }: ResolvedS3Object,
  ours: readonly Tag[],
): Promise<void> {
  const object = { Bucket, Key, VersionId };
  const { TagSet: before = [] } = await s3.send(new GetObjectTaggingCommand(object));
  const others = before.filter((tag) => tag.Key !== UNUSED_TAG.Key);
  if (others.length + ours.length === before.length) return;
  const Tagging = { TagSet: [...others, ...ours] };
  await s3.send(new PutObjectTaggingCommand({ ...object, Tagging }));
}

async function markUnused(
  { clients: { lambda, s3 } }: Place,
  functionName: string,
  candidates: ReadonlyMap<string, ResolvedS3Object>,
): Promise<void> {
  await tried(functionName, async () => {
    const used = await referredBy(lambda, functionName);
    for (const [id, object] of candidates)
      if (!used.has(id)) await retag({ s3 }, object, [UNUSED_TAG]);
  });
}

function idOf({ S3Key, S3ObjectVersion }: ResolvedS3Object): string {
  return `${S3Key} ${S3ObjectVersion}`;
}

/** Returns the objects that the versions of a function refer to, `$LATEST` included; none if there is no function. */
async function referredBy(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<ReadonlyMap<string, ResolvedS3Object>> {
  const found = new Map<string, ResolvedS3Object>();
  for (const Qualifier of await versionsOf(lambda, FunctionName)) {
    const command = new GetFunctionCommand({ FunctionName, Qualifier });
    const object = (await unlessGone(() => lambda.send(command)))?.Code?.ResolvedS3Object;
    if (object) found.set(idOf(object), object);
  }
  return found;
}

async function versionsOf(lambda: LambdaClient, FunctionName: string): Promise<string[]> {
  const found: string[] = [];
  const pages = paginateListVersionsByFunction({ client: lambda }, { FunctionName });
  try {
    for await (const { Versions = [] } of pages)
      found.push(...Versions.map(({ Version = "" }) => Version));
  } catch (error) {
    if (nameOf(error) !== "ResourceNotFoundException") throw error;
  }
  return found;
}

/** The change itself does not depend on it: a zip that is not marked is kept. */
async function tried<Answer>(
  functionName: string,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await work();
  } catch (error) {
    console.warn("zips are kept", { functionName, reason: reasonOf(error) });
    return undefined;
  }
}
