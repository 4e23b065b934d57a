import {
  DeleteDeploymentCommand,
  type Deployment,
  GetStagesCommand,
  paginateGetDeployments,
} from "@aws-sdk/client-api-gateway";
import {
  type AliasConfiguration,
  DeleteFunctionCommand,
  paginateListAliases,
  paginateListVersionsByFunction,
} from "@aws-sdk/client-lambda";
import { canaryOf } from "../canary/canary";
import type { KeptReleases } from "./kept";
import type { Release } from "../history/history";
import { parseJournal } from "../history/journal";
import type { ReleaseClients } from "./releases";
import { deploymentsToDelete, versionsToDelete } from "./versionRetention";

export const deploymentOnlyModule = true;

/** Deployments deleted in one run: API Gateway allows one deletion in five seconds. */
const MOST_DEPLOYMENTS = 3;

export interface Pruned {
  readonly versions: string[];
  readonly deployments: string[];
}

/**
 * Deletes versions beyond `keep`, and unneeded deployments that this component made: a wanted release keeps its
 * deployment as long as it keeps its version.
 */
export async function prune(
  clients: ReleaseClients,
  api: { functionName?: string; restApiId: string; description: string; keep: number },
  { needed, wanted }: KeptReleases,
): Promise<Pruned> {
  const { functionName, keep } = api;
  if (functionName === undefined) {
    const kept = [...needed, ...wanted.slice(0, keep)];
    return { versions: [], deployments: await pruneDeployments(clients, api, kept) };
  }
  const aliases = await listAliases(clients, functionName);
  const kept = { needed: [...needed, ...aliases.flatMap(underWay)], wanted };
  const found = { functionName, aliases };
  const { deleted, left } = await pruneVersions(clients, found, keep, kept);
  const further = wanted.filter(({ version }) => left.includes(version)).slice(0, keep);
  const deployments = await pruneDeployments(clients, api, [...kept.needed, ...further]);
  return { versions: deleted, deployments };
}

/**
 * Releases of a canary or a move under way. A canary gets its deployment only when it is finished, and an interrupted
 * promotion when it is completed.
 */
function underWay(alias: AliasConfiguration): Release[] {
  const move = parseJournal(alias.Description);
  return [canaryOf(alias)?.to, move?.from, move?.to].filter((release) => release !== undefined);
}

async function listAliases(
  { lambda }: ReleaseClients,
  FunctionName: string,
): Promise<AliasConfiguration[]> {
  const aliases: AliasConfiguration[] = [];
  for await (const page of paginateListAliases({ client: lambda }, { FunctionName }))
    aliases.push(...(page.Aliases ?? []));
  return aliases;
}

async function pruneVersions(
  { lambda }: ReleaseClients,
  { functionName: FunctionName, aliases }: { functionName: string; aliases: AliasConfiguration[] },
  keep: number,
  { needed, wanted }: KeptReleases,
): Promise<{ deleted: string[]; left: string[] }> {
  const versions: string[] = [];
  const pages = paginateListVersionsByFunction({ client: lambda }, { FunctionName });
  for await (const { Versions = [] } of pages)
    versions.push(...Versions.map(({ Version = "" }) => Version));
  const inUse = needed.map(({ version }) => version);
  for (const { FunctionVersion = "", RoutingConfig } of aliases)
    inUse.push(FunctionVersion, ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}));
  const further = wanted.map(({ version }) => version);
  const deleted = versionsToDelete(versions, inUse, keep, further);
  for (const Qualifier of deleted)
    // Lambda refuses while an alias points to it, perhaps since a moment ago.
    await unlessInUse("ResourceConflictException", () =>
      lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier })),
    );
  return { deleted, left: versions.filter((version) => !deleted.includes(version)) };
}

async function pruneDeployments(
  { apiGateway }: ReleaseClients,
  { restApiId, description }: { restApiId: string; description: string },
  kept: readonly Release[],
): Promise<string[]> {
  const ours: Deployment[] = [];
  const pages = paginateGetDeployments({ client: apiGateway }, { restApiId });
  for await (const { items = [] } of pages)
    ours.push(...items.filter((item) => item.description === description));
  // The Pulumi state contains the newest one, even after an apiGate has taken it off the stage.
  const inUse = [...kept.map(({ deploymentId }) => deploymentId), ...newestOf(ours)];
  const { item: stages = [] } = await apiGateway.send(new GetStagesCommand({ restApiId }));
  for (const { deploymentId = "", canarySettings } of stages)
    inUse.push(deploymentId, canarySettings?.deploymentId ?? "");
  const ids = ours.map(({ id = "" }) => id);
  const toDelete = deploymentsToDelete(ids, inUse).slice(0, MOST_DEPLOYMENTS);
  for (const deploymentId of toDelete)
    await unlessInUse("BadRequestException", () =>
      apiGateway.send(new DeleteDeploymentCommand({ restApiId, deploymentId })),
    );
  return toDelete;
}

/** API Gateway's times have a resolution of one second: several deployments may be the newest. */
function newestOf(deployments: readonly Deployment[]): string[] {
  const times = deployments.map(({ createdDate }) => createdDate?.getTime() ?? 0);
  return deployments
    .filter((_deployment, index) => times[index] === Math.max(...times))
    .map(({ id = "" }) => id);
}

async function unlessInUse(code: string, remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== code) throw error;
  }
}
