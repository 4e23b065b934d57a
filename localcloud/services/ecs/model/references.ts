import { formatArn, parseArn } from "../../../core/arn";
import { invalidParameter } from "./errors";

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export function ecsArn(place: Place, resource: string): string {
  return formatArn("ecs", place, resource);
}

/** Returns the name of a cluster given by name or ARN; `default` if none is given. */
export function clusterName(reference: string | undefined): string {
  return lastPart(reference ?? "default");
}

/** Returns the name of a service given by name or ARN, or the id of a task given by id or ARN. */
export function lastPart(reference: string): string {
  const resource = parseArn(reference)?.resource ?? reference;
  return resource.slice(resource.lastIndexOf("/") + 1);
}

/**
 * Checks whether a name or an ARN can name something of this account.
 *
 * @throws InvalidParameterException for an ARN of another region: https://github.com/aws/aws-cli/issues/3175
 */
export function isOurs(reference: string, { region, accountId }: Place): boolean {
  const arn = parseArn(reference);
  if (arn && arn.region !== region) throw invalidParameter("Invalid Region in ARN");
  return !arn || arn.accountId === accountId;
}

/**
 * Returns the name of a service, or the id of a task, in the named cluster.
 *
 * @throws InvalidParameterException for an ARN of another region or cluster:
 * https://github.com/aws/aws-toolkit-vscode/issues/2915
 */
export function nameInCluster(reference: string, cluster: string, place: Place): string {
  isOurs(reference, place);
  const named = clusterInArn(reference) ?? cluster;
  if (named !== cluster)
    throw invalidParameter(
      `Invalid identifier: Identifier is for cluster ${named}. Your cluster is ${cluster}`,
    );
  return lastPart(reference);
}

/** Returns the id of a task given by id or ARN. @throws InvalidParameterException for what cannot be one */
export function taskIdIn(reference: string): string {
  const id = lastPart(reference);
  if (id.length !== 32 && id.length !== 36)
    throw invalidParameter("taskId length should be one of [32,36]");
  return id;
}

/** Returns the cluster in a service or task ARN of the long format; undefined for a bare name. */
export function clusterInArn(reference: string): string | undefined {
  const parts = parseArn(reference)?.resource.split("/");
  return parts?.length === 3 ? parts[1] : undefined;
}

/** Parses `family` or `family:revision`, also as an ARN; undefined if invalid. */
export function parseTaskDefinition(
  reference: string,
): { family: string; revision?: number } | undefined {
  const text = parseArn(reference)?.resource.replace(/^task-definition\//, "") ?? reference;
  const match = /^([A-Za-z0-9_-]{1,255})(?::(\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  return { family: match[1], ...(match[2] !== undefined && { revision: Number(match[2]) }) };
}
