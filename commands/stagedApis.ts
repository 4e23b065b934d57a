import { APIGatewayClient, GetDeploymentCommand } from "@aws-sdk/client-api-gateway";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { type ApiRecord, RECORDS } from "../callbacks/api/stagedApi/history/apiRecord";
import {
  type HistoryEntry,
  isSameEntry,
  type Move,
  type Release,
  type GateResults,
} from "../callbacks/api/stagedApi/history/history";
import * as historyParameter from "../callbacks/api/stagedApi/history/historyParameter";
import { hasTexts } from "../callbacks/api/stagedApi/history/parameterText";
import type { Pointers, ReleaseClients } from "../callbacks/api/stagedApi/releases/releases";
import * as gateResults from "../callbacks/api/stagedApi/releases/gateResults";
import { CommandError } from "./commandError";

export interface Clients extends ReleaseClients {
  readonly ssm: SSMClient;
  readonly cloudwatch: CloudWatchClient;
  readonly events: EventBridgeClient;
}

/** Settings that the clients do not take from the environment. */
export interface ClientSettings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Creates clients for the account, region and endpoint (`AWS_ENDPOINT_URL`) of the environment. */
export function createClients(settings: ClientSettings = {}): Clients {
  return {
    lambda: new LambdaClient(settings),
    apiGateway: new APIGatewayClient(settings),
    ssm: new SSMClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    events: new EventBridgeClient(settings),
  };
}

/** One StagedApi, as recorded by its stack. */
export interface DeployedApi extends ApiRecord {
  readonly name: string;
  readonly project: string;
  readonly stack: string;
  /** Path of its SSM parameters. */
  readonly path: string;
}

/** Options that select an API. */
export interface ApiQuery {
  /** Its name in the program. */
  readonly api: string;
  /** Needed if several projects of the account and region have an API of that name. */
  readonly project?: string;
  /** Needed if several stacks have one. */
  readonly stack?: string;
}

/**
 * Finds a StagedApi by the record of its stack.
 *
 * @throws CommandError if there is none, or more than one.
 */
export async function findApi(clients: Clients, query: ApiQuery): Promise<DeployedApi> {
  const known = await readApis(clients);
  const found = known.filter(
    ({ name, project, stack }) =>
      name === query.api &&
      [undefined, project].includes(query.project) &&
      [undefined, stack].includes(query.stack),
  );
  const [first, second] = found;
  if (first && !second) return first;
  if (!first)
    throw new CommandError(
      `There is no StagedApi '${query.api}'${placeOf(query)} in this account and region; ` +
        `there are: ${listOf(known)}.`,
    );
  const differ = (["project", "stack"] as const).filter(
    (part) => new Set(found.map((api) => api[part])).size > 1,
  );
  const options = differ.map((part) => `--${part}`).join(" and ");
  throw new CommandError(`There are several: ${listOf(found)}. Choose one with ${options}.`);
}

async function readApis({ ssm }: Clients): Promise<DeployedApi[]> {
  const apis: DeployedApi[] = [];
  const query = { Path: RECORDS, Recursive: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, query))
    for (const { Name = "", Value = "" } of Parameters) {
      const [, , project = "", stack = "", name = "", kind] = Name.split("/");
      if (kind !== "api") continue;
      const path = Name.slice(0, -"/api".length);
      apis.push({ ...readRecord(Name, Value), name, project, stack, path });
    }
  return apis;
}

function readRecord(name: string, text: string): ApiRecord {
  try {
    const record: unknown = JSON.parse(text);
    if (hasTexts(record, "restApiId", "description")) return record as ApiRecord;
  } catch {
    // Reported below.
  }
  throw new CommandError(
    `Parameter ${name} does not contain what its stack wrote: somebody has edited it. Restore it with ` +
      "'pulumi up --refresh'.",
  );
}

function listOf(apis: readonly DeployedApi[]): string {
  return apis.map((api) => `${api.name}${placeOf(api)}`).join(", ") || "none";
}

function placeOf({ project, stack }: Pick<ApiQuery, "project" | "stack">): string {
  const parts = [project && `project ${project}`, stack && `stack ${stack}`].filter(Boolean);
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}

/** Returns the two pointers of one stage of the API: its alias and its deployment. */
export function pointersOf(api: DeployedApi, stageName: "stage" | "prod"): Pointers {
  const { functionName, journalFunction, restApiId } = api;
  const pointers = { functionName, restApiId, stageName, alias: stageName.toUpperCase() };
  return stageName === "prod" ? { ...pointers, journalFunction } : pointers;
}

/** Returns the names of the parameters with the results of the releases. */
export function parametersOf({ path }: DeployedApi) {
  return { verdictsParameter: `${path}/verdicts`, historyParameter: `${path}/history` };
}

/** Reads the check results of `stage`'s releases. */
export function readGateResults({ ssm }: Clients, api: DeployedApi): Promise<GateResults> {
  return gateResults.readGateResults(ssm, parametersOf(api).verdictsParameter);
}

/** Reads the history of `prod`, newest last. */
export function readHistory({ ssm }: Clients, api: DeployedApi): Promise<HistoryEntry[]> {
  return historyParameter.readHistory(ssm, parametersOf(api).historyParameter);
}

/** Appends an entry to the history, unless it is already there. */
export function noteEntry({ ssm }: Clients, api: DeployedApi, entry: HistoryEntry): Promise<void> {
  return historyParameter.noteEntries(ssm, parametersOf(api).historyParameter, [entry]);
}

/** Removes a failed move from the history. */
export async function forgetMove(clients: Clients, api: DeployedApi, move: Move): Promise<void> {
  const history = await readHistory(clients, api);
  const others = history.filter((entry) => !isSameEntry(entry, move));
  if (others.length < history.length)
    await historyParameter.writeHistory(clients.ssm, parametersOf(api).historyParameter, others);
}

/** Returns which part of a release does not exist any more; undefined if all of it exists. */
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
