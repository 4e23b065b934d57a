import type { MonitoringConfiguration } from "@aws-sdk/client-ecs";
import { invalidParameter } from "./errors";

/** Metrics whose resolution a service can choose. */
export const UTILISATION_METRICS = ["CPUUtilization", "MemoryUtilization"] as const;

export type UtilisationMetric = (typeof UTILISATION_METRICS)[number];

const RESOLUTIONS = [20, 60];
const DEFAULT_RESOLUTION = 60;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MonitoringConfiguration.html */
const MAX_CONFIGURATIONS = 5;

/** Returns how often the service reports the metric, in seconds. */
export function resolutionSeconds(
  monitoring: MonitoringConfiguration | undefined,
  metric: UtilisationMetric,
): number {
  const configured = monitoring?.metricConfigurations?.find(({ metricNames }) =>
    metricNames?.includes(metric),
  );
  return configured?.resolutionSeconds ?? DEFAULT_RESOLUTION;
}

/**
 * @throws InvalidParameterException
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MetricConfiguration.html
 */
export function checkMonitoring(monitoring: MonitoringConfiguration | undefined): void {
  const configurations = monitoring?.metricConfigurations ?? [];
  if (configurations.length > MAX_CONFIGURATIONS)
    throw invalidParameter(`At most ${MAX_CONFIGURATIONS} metric configurations are allowed.`);
  const seen = new Set<string>();
  for (const { metricNames = [], resolutionSeconds: seconds = NaN } of configurations) {
    if (!RESOLUTIONS.includes(seconds))
      throw invalidParameter(`resolutionSeconds must be one of ${RESOLUTIONS.join(", ")}.`);
    if (metricNames.length === 0) throw invalidParameter("metricNames cannot be empty.");
    for (const name of metricNames) {
      if (!UTILISATION_METRICS.some((known) => known === name))
        throw invalidParameter(
          `The metric ${name} is not supported. Supported metrics are ${UTILISATION_METRICS.join(", ")}.`,
        );
      if (seen.has(name)) throw invalidParameter(`The metric ${name} is configured twice.`);
      seen.add(name);
    }
  }
}
