import type { Draining } from "../containerInstances/drains";
import type { Machines } from "../containerInstances/machines";
import type { Size } from "../containerInstances/fit";
import type { Waiting } from "../containerInstances/readServices";

export const deploymentOnlyModule = true;

export interface ClusterState extends Machines {
  /** Of the group, as Auto Scaling has it. */
  readonly desiredCapacity: number;
  readonly waiting: readonly Waiting[];
  /** The largest task of a service, for `spare`. */
  readonly largest?: Size;
}

/** What is kept from look to look. */
export interface Kept extends Draining {
  /** Ids of instances that are to take tasks again, until they are seen to. */
  readonly returning?: readonly string[];
  /** Of a new instance, as the last ones came: what is not there cannot be asked. */
  readonly size?: Size;
  /** When something else than the tick has woken the scaler last. Milliseconds since the epoch. */
  readonly stirred?: number;
  /** Whether a task ran at the last look that no service has. */
  readonly hadLoneTasks?: boolean;
}

export function keptOf(kept: unknown): Kept {
  return { victims: [], ...(kept as Partial<Kept> | undefined) };
}
