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

/** The alias as it is; a change of it must name its revision. */
export function readLive(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<AliasConfiguration | undefined> {
  return unlessGone(() => lambda.send(new GetAliasCommand({ FunctionName, Name: LIVE })));
}

/**
 * Moves LIVE to a version, if nobody has moved it since it was read.
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

/** Gives asynchronous calls of LIVE a place to end that failed for good: Lambda keeps that per alias. */
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
 * The versions that may go, oldest first: not the newest ones, and none that is in use.
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
 * Deletes old versions. The app is deployed already, so that what fails here is left to the next upload.
 *
 * @returns those that are gone.
 */
export async function prune(
  lambda: LambdaClient,
  FunctionName: string,
  keep: number,
  inUse: readonly string[],
): Promise<string[]> {
  // There cannot be more versions than the number of the newest.
  if (Math.max(...inUse.map(Number)) <= keep) return [];
  const gone: string[] = [];
  try {
    const versions: string[] = [];
    for await (const { Versions = [] } of paginateListVersionsByFunction(
      { client: lambda },
      { FunctionName },
    ))
      for (const { Version = "" } of Versions) if (Version !== "$LATEST") versions.push(Version);
    for (const Qualifier of versionsToDelete(versions, keep, inUse)) {
      if (await deleteVersion(lambda, FunctionName, Qualifier)) gone.push(Qualifier);
    }
  } catch (error) {
    console.warn("old versions are kept", { FunctionName, reason: reasonOf(error) });
  }
  return gone;
}

/** False for a version that has to stay: another alias than LIVE has it. */
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
