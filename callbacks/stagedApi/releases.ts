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
import type { Release } from "./history";
import type { Variables } from "./variables";

export const deploymentOnlyModule = true;

/** The two pointers that make up a stage: the alias of the function, and the stage of the API. */
export interface Pointers {
  /** Absent while no route of the API has a callback: then there is only the deployment to move. */
  readonly functionName?: string;
  readonly alias: string;
  readonly restApiId: string;
  readonly stageName: string;
}

/** Stands for the version where there is no function. */
export const NO_VERSION = "-";

export interface ReleaseClients {
  readonly lambda: LambdaClient;
  readonly apiGateway: APIGatewayClient;
}

/** Where both pointers are, and the alias with the revision that a change of it must name. */
export async function readRelease(
  { lambda, apiGateway }: ReleaseClients,
  { functionName, alias, restApiId, stageName }: Pointers,
): Promise<{ release: Release; alias: AliasConfiguration; variables: Variables }> {
  const [found, { deploymentId = "", variables = {} }] = await Promise.all([
    functionName === undefined
      ? ({} as AliasConfiguration)
      : lambda.send(new GetAliasCommand({ FunctionName: functionName, Name: alias })),
    apiGateway.send(new GetStageCommand({ restApiId, stageName })),
  ]);
  const release = { version: found.FunctionVersion ?? NO_VERSION, deploymentId };
  return { release, alias: found, variables };
}

/**
 * Moves the alias, if nobody else has changed it since it was read.
 *
 * @throws PreconditionFailedException when somebody has.
 */
export async function updateAlias(
  { lambda }: ReleaseClients,
  { functionName, alias }: Pointers,
  change: {
    revisionId: string | undefined;
    version?: string;
    description?: string;
    /** Shares of other versions, 0 to 1. Default: as they are, but none beside a new `version`. */
    weights?: Record<string, number>;
  },
): Promise<AliasConfiguration> {
  if (functionName === undefined) return {};
  return lambda.send(
    new UpdateAliasCommand({
      FunctionName: functionName,
      Name: alias,
      RevisionId: change.revisionId,
      FunctionVersion: change.version,
      // A canary that was under way ends with a new version.
      ...(change.version === undefined && change.weights === undefined
        ? {}
        : { RoutingConfig: { AdditionalVersionWeights: change.weights ?? {} } }),
      Description: change.description,
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

/** Makes all of the changes at once, or none. */
export async function patchStage(
  { apiGateway }: ReleaseClients,
  { restApiId, stageName }: Pointers,
  patchOperations: PatchOperation[],
): Promise<void> {
  await apiGateway.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
}
