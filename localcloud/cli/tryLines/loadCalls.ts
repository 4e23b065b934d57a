import {
  CloudWatchClient,
  type Dimension,
  type MetricAlarm,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import type { Cloud } from "../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../engine/session";
import type { ApiCall } from "./apiCalls";

/** Percent; above most scaling thresholds. */
const BUSY = 90;

/** Returns one call for each ECS service that an alarm watches: it puts load on the service's tasks. */
export async function loadCalls(cloud: Cloud): Promise<Pick<ApiCall, "method" | "url" | "body">[]> {
  const client = new CloudWatchClient({
    endpoint: cloud.endpoint,
    region: cloud.defaultRegion,
    credentials: ROOT_CREDENTIALS,
  });
  const watched = new Map<string, { cluster: string; service: string }>();
  try {
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, {}))
      for (const dimensions of MetricAlarms.flatMap(ecsDimensions)) {
        const [cluster, service] = ["ClusterName", "ServiceName"].map(
          (name) => dimensions.find(({ Name }) => Name === name)?.Value,
        );
        if (cluster && service) watched.set(`${cluster}/${service}`, { cluster, service });
      }
  } finally {
    client.destroy();
  }
  return [...watched.values()].map((place) => ({
    method: "POST",
    url: `${cloud.endpoint}/_localcloud/load`,
    body: { ...place, cpuPercent: BUSY },
  }));
}

/** Returns the dimensions of each ECS metric that an alarm uses, directly or in a calculation. */
function ecsDimensions({ Namespace, Dimensions, Metrics = [] }: MetricAlarm): Dimension[][] {
  const own = { Namespace, Dimensions };
  const inside = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return [own, ...inside]
    .filter((metric) => metric.Namespace === "AWS/ECS")
    .map((metric) => metric.Dimensions ?? []);
}
