import { APIGatewayClient, GetDeploymentCommand } from "@aws-sdk/client-api-gateway";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { type ApiRecord, RECORDS } from "../../callbacks/stagedApi/apiRecord";
import {
  type HistoryEntry,
  isSameEntry,
  type Move,
  type Release,
  type Verdicts,
} from "../../callbacks/stagedApi/history";
import * as historyParameter from "../../callbacks/stagedApi/historyParameter";
import type { Pointers, ReleaseClients } from "../../callbacks/stagedApi/releases";
import * as verdicts from "../../callbacks/stagedApi/verdicts";
import { CommandError } from "./commandError";

export interface Clients extends ReleaseClients {
  readonly ssm: SSMClient;
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
}

/** What the clients do not take from the environment. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Clients of the account, region and endpoint (`AWS_ENDPOINT_URL`) that the environment names. */
export function createClients(settings: ClientSettings = {}): Clients {
  return {
    lambda: new LambdaClient(settings),
    apiGateway: new APIGatewayClient(settings),
    ssm: new SSMClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    events: new EventBridgeClient(settings),
  };
}

/** One StagedApi as its stack has written it down. */
export interface DeployedApi extends ApiRecord {
  readonly name: string;
  readonly stack: string;
  /** Path of its parameters. */
  readonly path: string;
}

/**
 * Finds a StagedApi by its name in the program.
 *
 * @param stack name of its stack; needed when several stacks of the account and region have one of that name.
 */
export async function findApi(
  { ssm }: Clients,
  name: string,
  stack: string | undefined,
): Promise<DeployedApi> {
  const known: DeployedApi[] = [];
  const query = { Path: RECORDS, Recursive: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, query))
    for (const { Name = "", Value = "" } of Parameters) {
      const [, , , itsStack, itsName, kind] = Name.split("/");
      if (kind !== "api") continue;
      const path = Name.slice(0, -"/api".length);
      known.push({ ...(JSON.parse(Value) as ApiRecord), name: itsName, stack: itsStack, path });
    }
  const found = known.filter((api) => api.name === name && [undefined, api.stack].includes(stack));
  if (found.length === 1) return found[0];
  const list = (apis: DeployedApi[]): string =>
    apis.map((api) => `${api.name} (stack ${api.stack})`).join(", ") || "none";
  if (found.length === 0)
    throw new CommandError(
      `There is no StagedApi '${name}' in this account and region; there are: ${list(known)}.`,
    );
  throw new CommandError(`There are several: ${list(found)}. Say which by --stack.`);
}

/** The two pointers of one stage of the API. */
export function pointersOf(api: DeployedApi, stageName: "stage" | "prod"): Pointers {
  const { functionName, journalFunction, restApiId } = api;
  const pointers = { functionName, restApiId, stageName, alias: stageName.toUpperCase() };
  return stageName === "prod" ? { ...pointers, journalFunction } : pointers;
}

/** Where it is written down what became of the releases. */
export function parametersOf({ path }: DeployedApi) {
  return { verdictsParameter: `${path}/verdicts`, historyParameter: `${path}/history` };
}

/** What is known of the releases of `stage`. */
export function readVerdicts({ ssm }: Clients, api: DeployedApi): Promise<Verdicts> {
  return verdicts.readVerdicts(ssm, parametersOf(api).verdictsParameter);
}

/** What happened to `prod`, the newest last. */
export function readHistory({ ssm }: Clients, api: DeployedApi): Promise<HistoryEntry[]> {
  return historyParameter.readHistory(ssm, parametersOf(api).historyParameter);
}

/** Appends to the history, unless it is there already. */
export function noteEntry({ ssm }: Clients, api: DeployedApi, entry: HistoryEntry): Promise<void> {
  return historyParameter.noteEntries(ssm, parametersOf(api).historyParameter, [entry]);
}

/** Takes a move that did not come about out of the history again. */
export async function forgetMove(clients: Clients, api: DeployedApi, move: Move): Promise<void> {
  const history = await readHistory(clients, api);
  const others = history.filter((entry) => !isSameEntry(entry, move));
  if (others.length < history.length)
    await historyParameter.writeHistory(clients.ssm, parametersOf(api).historyParameter, others);
}

/** Says what of a release does not exist any more; undefined when it is all there. */
export async function missingPart(
  { lambda, apiGateway }: Clients,
  { functionName, restApiId }: DeployedApi,
  { version, deploymentId }: Release,
): Promise<string | undefined> {
  if (functionName !== undefined) {
    const query = { FunctionName: functionName, Qualifier: version };
    const there = await exists(() => lambda.send(new GetFunctionConfigurationCommand(query)));
    if (!there) return `version ${version}`;
  }
  const query = { restApiId, deploymentId };
  const there = await exists(() => apiGateway.send(new GetDeploymentCommand(query)));
  return there ? undefined : `deployment ${deploymentId}`;
}

async function exists(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (["ResourceNotFoundException", "NotFoundException"].includes(name)) return false;
    throw error;
  }
}
