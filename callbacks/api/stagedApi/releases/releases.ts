import {
  type APIGatewayClient,
  GetStageCommand,
  type PatchOperation,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import {
  type AliasConfiguration,
  GetAliasCommand,
  type LambdaClient,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import type { Release } from "../history/history";
import type { Variables } from "../history/variables";

export const deploymentOnlyModule = true;

/** The two pointers that make up a stage: the alias of the function, and the stage of the API. */
export interface Pointers {
  /** Absent while no route of the API has a callback: then only the deployment moves. */
  readonly functionName?: string;
  /** For an API without a function: another function, whose alias of that name only describes the moves. */
  readonly journalFunction?: string;
  readonly alias: string;
  readonly restApiId: string;
  readonly stageName: string;
}

/** Version of a release of an API without a function. */
export const NO_VERSION = "-";

export interface ReleaseClients {
  readonly lambda: LambdaClient;
  readonly apiGateway: APIGatewayClient;
}

/** Reads both pointers, and the alias with the revision that a change of it must name. */
export async function readRelease(
  { lambda, apiGateway }: ReleaseClients,
  { functionName, journalFunction, alias, restApiId, stageName }: Pointers,
): Promise<{ release: Release; alias: AliasConfiguration; variables: Variables }> {
  const FunctionName = functionName ?? journalFunction;
  const noAlias: AliasConfiguration = {};
  const [found, { deploymentId = "", variables = {} }] = await Promise.all([
    FunctionName === undefined
      ? noAlias
      : lambda.send(new GetAliasCommand({ FunctionName, Name: alias })),
    apiGateway.send(new GetStageCommand({ restApiId, stageName })),
  ]);
  const version = functionName === undefined ? NO_VERSION : (found.FunctionVersion ?? NO_VERSION);
  const release = { version, deploymentId };
  return { release, alias: found, variables };
}

/**
 * Moves the alias, unless it was changed since it was read.
 *
 * @throws PreconditionFailedException when it was.
 */
export async function updateAlias(
  { lambda }: ReleaseClients,
  { functionName, journalFunction, alias }: Pointers,
  change: {
    revisionId: string | undefined;
    version?: string;
    description?: string;
    /** Shares of other versions, 0 to 1. Default: unchanged, but none next to a new `version`. */
    weights?: Record<string, number>;
  },
): Promise<AliasConfiguration> {
  const { revisionId: RevisionId, description: Description } = change;
  if (functionName === undefined) {
    if (journalFunction === undefined) return {};
    const input = { FunctionName: journalFunction, Name: alias, RevisionId, Description };
    return lambda.send(new UpdateAliasCommand(input));
  }
  return lambda.send(
    new UpdateAliasCommand({
      FunctionName: functionName,
      Name: alias,
      RevisionId,
      FunctionVersion: change.version,
      // A new version ends a canary that was under way.
      ...(change.version === undefined && change.weights === undefined
        ? {}
        : { RoutingConfig: { AdditionalVersionWeights: change.weights ?? {} } }),
      Description,
    }),
  );
}

export function setDeployment(
  clients: ReleaseClients,
  at: Pointers,
  deploymentId: string,
): Promise<void> {
  return patchStage(clients, at, [deploymentChange(deploymentId)]);
}

export function deploymentChange(value: string): PatchOperation {
  return { op: "replace", path: "/deploymentId", value };
}

/** Makes all changes at once, or none. */
export async function patchStage(
  { apiGateway }: ReleaseClients,
  { restApiId, stageName }: Pointers,
  patchOperations: PatchOperation[],
): Promise<void> {
  await apiGateway.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
}
