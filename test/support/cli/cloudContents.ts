import type { Cloud } from "../../../localcloud/cloud/cloud";

/** Operations that list the resources of a kind, and the member of each item with its name. */
const LISTS: readonly [service: string, operation: string, member: string, name?: string][] = [
  ["api-gateway", "GetRestApis", "items", "name"],
  ["cloudwatch", "DescribeAlarms", "MetricAlarms", "AlarmName"],
  ["cloudwatch-logs", "DescribeLogGroups", "logGroups", "logGroupName"],
  ["dynamodb", "ListTables", "TableNames"],
  ["ecs", "ListClusters", "clusterArns"],
  ["ecs", "ListTaskDefinitionFamilies", "families"],
  ["eventbridge", "ListRules", "Rules", "Name"],
  ["iam", "ListRoles", "Roles", "RoleName"],
  ["lambda", "ListEventSourceMappings", "EventSourceMappings", "UUID"],
  ["lambda", "ListFunctions", "Functions", "FunctionName"],
  ["sqs", "ListQueues", "QueueUrls"],
  ["ssm", "DescribeParameters", "Parameters", "Name"],
];

/**
 * Returns the names of everything in a cloud by list operation, without the random suffixes of names; empty lists are
 * left out.
 */
export async function cloudContents(cloud: Cloud): Promise<Record<string, string[]>> {
  const arn = `arn:aws:iam::${cloud.accountId}:root`;
  const principal = { type: "root" as const, accountId: cloud.accountId, arn };
  const entries = await Promise.all(
    LISTS.map(async ([service, operation, member, name]): Promise<[string, string[]]> => {
      const answer = await cloud.call<Record<string, unknown>>({
        service,
        operation,
        input: {},
        principal,
      });
      const items = (answer[member] ?? []) as unknown[];
      const names = items.map((item) => String(name ? Reflect.get(Object(item), name) : item));
      return [operation, names.map(withoutRandomEnd).sort()];
    }),
  );
  return Object.fromEntries(entries.filter(([, names]) => names.length > 0));
}

/** `greeting-1a2b3c4` -> `greeting`, `API-Gateway-Execution-Logs_a1b2/stage` -> `API-Gateway-Execution-Logs` */
function withoutRandomEnd(name: string): string {
  return name
    .replace(/^.*\//, (path) => (path.startsWith("API-Gateway") ? path : ""))
    .replace(/_[a-z0-9]+\/[a-z]+$/, "")
    .replace(/-[0-9a-f]{7}$/, "");
}
