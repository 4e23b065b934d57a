import {
  type AliasConfiguration,
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
  PutFunctionEventInvokeConfigCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { nameOf, reasonOf } from "../../../retry";
import { unlessGone } from "./appFunction";

export const deploymentOnlyModule = true;

/** Name of the alias that callers use. */
export const LIVE = "LIVE";

/** Reads the alias; a change of it must name its revision. */
export function readLive(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<AliasConfiguration | undefined> {
  return unlessGone(() => lambda.send(new GetAliasCommand({ FunctionName, Name: LIVE })));
}

/**
 * Moves LIVE to a version, unless somebody has moved it since it was read.
 *
 * @throws an error of interference when somebody has.
 */
export async function moveLive(
  lambda: LambdaClient,
  FunctionName: string,
  version: string,
  found: AliasConfiguration | undefined,
): Promise<void> {
  const input = { FunctionName, Name: LIVE, FunctionVersion: version };
  if (!found) await lambda.send(new CreateAliasCommand(input));
  else if (found.FunctionVersion !== version || found.RoutingConfig?.AdditionalVersionWeights)
    await lambda.send(
      new UpdateAliasCommand({
        ...input,
        RevisionId: found.RevisionId,
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
}

/** Sets the failure destination for asynchronous calls of LIVE: Lambda keeps that setting per alias. */
export async function keepFailures(
  lambda: LambdaClient,
  FunctionName: string,
  failuresArn: string,
): Promise<void> {
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName,
      Qualifier: LIVE,
      DestinationConfig: { OnFailure: { Destination: failuresArn } },
    }),
  );
}

/**
 * Returns the versions to delete, oldest first: not the newest ones, and none that is in use.
 *
 * @param versions numbers of published versions, in any order.
 */
export function versionsToDelete(
  versions: readonly string[],
  keep: number,
  inUse: readonly string[],
): string[] {
  const newestFirst = [...versions].sort((a, b) => Number(b) - Number(a));
  const kept = new Set([...newestFirst.slice(0, keep), ...inUse]);
  return newestFirst.filter((version) => !kept.has(version)).reverse();
}

/**
 * Deletes old versions. The app is already deployed, so failures are left to the next upload.
 *
 * @param around runs the deletion.
 * @returns those that were deleted.
 */
export async function prune(
  lambda: LambdaClient,
  FunctionName: string,
  keep: number,
  inUse: readonly string[],
  around: (deletion: () => Promise<void>) => Promise<void>,
): Promise<string[]> {
  // The number of the newest version is the most versions there can be.
  if (Math.max(...inUse.map(Number)) <= keep) return [];
  const gone: string[] = [];
  try {
    const versions: string[] = [];
    for await (const { Versions = [] } of paginateListVersionsByFunction(
      { client: lambda },
      { FunctionName },
    ))
      for (const { Version = "" } of Versions) if (Version !== "$LATEST") versions.push(Version);
    const old = versionsToDelete(versions, keep, inUse);
    if (old.length === 0) return gone;
    await around(async () => {
      for (const Qualifier of old)
        if (await deleteVersion(lambda, FunctionName, Qualifier)) gone.push(Qualifier);
    });
  } catch (error) {
    console.warn("old versions are kept", { FunctionName, reason: reasonOf(error) });
  }
  return gone;
}

/** Returns false for a version that must stay: an alias other than LIVE uses it. */
async function deleteVersion(
  lambda: LambdaClient,
  FunctionName: string,
  Qualifier: string,
): Promise<boolean> {
  try {
    await unlessGone(() => lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier })));
    return true;
  } catch (error) {
    if (nameOf(error) === "ResourceConflictException") return false;
    throw error;
  }
}
