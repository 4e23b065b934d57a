import { type ScalerOptions, simulateScaler } from "../../scaling/simulation/simulateScaler";
import type { SimulatedRow, Trace } from "../../scaling/simulation/trace";
import type { ClusterScalerSettings } from "../configuration";
import { type ClusterSizes, SimulatedCluster } from "./simulatedCluster";

export const deploymentOnlyModule = true;

export interface ClusterOptions extends ScalerOptions {
  readonly settings: ClusterScalerSettings;
  readonly sizes: ClusterSizes;
}

/** Simulates how an EcsClusterScaler follows the desired count of a service over time. */
export function simulateCluster(
  trace: Trace,
  { sizes, ...options }: ClusterOptions,
): Promise<SimulatedRow[]> {
  const cluster = new SimulatedCluster(sizes, options.settings, trace.start);
  return simulateScaler(trace, cluster, options);
}
