import { formatArn, parseArn } from "../../../core/arn";

export interface Place {
  readonly region: string;
  readonly accountId: string;
}

export function ecsArn(place: Place, resource: string): string {
  return formatArn("ecs", place, resource);
}

/** Name of a cluster given by name or ARN; calls that name none mean `default`. */
export function clusterName(reference: string | undefined): string {
  return lastPart(reference ?? "default");
}

/** Name of a service given by name or ARN, or id of a task given by id or ARN. */
export function lastPart(reference: string): string {
  const resource = parseArn(reference)?.resource ?? reference;
  return resource.slice(resource.lastIndexOf("/") + 1);
}

/** Cluster of a service or task ARN in the long format; undefined for a bare name. */
export function clusterInArn(reference: string): string | undefined {
  const parts = parseArn(reference)?.resource.split("/");
  return parts?.length === 3 ? parts[1] : undefined;
}

/** `family` or `family:revision`, given so or as an ARN; undefined for what is neither. */
export function parseTaskDefinition(
  reference: string,
): { family: string; revision?: number } | undefined {
  const text = parseArn(reference)?.resource.replace(/^task-definition\//, "") ?? reference;
  const match = /^([A-Za-z0-9_-]{1,255})(?::(\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  return { family: match[1], ...(match[2] !== undefined && { revision: Number(match[2]) }) };
}
