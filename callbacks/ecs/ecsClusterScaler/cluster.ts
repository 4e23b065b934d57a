import type { DrainState } from "../containerInstances/drains";
import type { ClusterInstances } from "../containerInstances/machines";
import type { Size } from "../containerInstances/fit";
import type { Waiting } from "../containerInstances/readServices";
import { withoutStoredNames, withStoredNames } from "../scaling/storedNames";

export const deploymentOnlyModule = true;

export interface ClusterState extends ClusterInstances {
  /** Desired capacity of the Auto Scaling group. */
  readonly desiredCapacity: number;
  readonly waiting: readonly Waiting[];
  /** The largest task of any service, for `spare`. */
  readonly largest?: Size;
}

/** State that is kept between evaluations. */
export interface RememberedCluster extends DrainState {
  /** Ids of instances that must accept tasks again, until they do. */
  readonly returning?: readonly string[];
  /** Size of a new instance, as of the latest ones: without instances the size cannot be read. */
  readonly size?: Size;
  /** When something other than the tick last woke the scaler. Milliseconds since the epoch. */
  readonly lastActivity?: number;
  /** Whether the last evaluation found a task without a service. */
  readonly hadLoneTasks?: boolean;
}

/** The state of deployed scalers has these names. */
const STORED_NAMES = { leaving: "victims", lastActivity: "stirred" };

export function keptOf(stored: unknown): RememberedCluster {
  const kept: Partial<RememberedCluster> = withoutStoredNames(stored, STORED_NAMES);
  return { leaving: [], ...kept };
}

/** Returns the state as it is stored until the next evaluation. */
export function storedCluster(kept: RememberedCluster): object {
  return withStoredNames(kept, STORED_NAMES);
}
