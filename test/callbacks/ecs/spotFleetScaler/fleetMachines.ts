import type { FleetMachine } from "../../../../callbacks/ecs/spotFleetScaler/machines";
import type { PlacedTask } from "../../../../callbacks/ecs/containerInstances/machines";
import { machine } from "../ecsClusterScaler/clusters";

/** Creates a Spot instance of one unit with these tasks, ready to accept more. */
export function fleetMachine(
  id: string,
  {
    tasks = [],
    status = "ACTIVE",
    ...more
  }: Partial<FleetMachine> & {
    readonly tasks?: readonly PlacedTask[];
    readonly status?: string;
  } = {},
): FleetMachine {
  const plain = machine(id, tasks);
  const registered = plain.registered && { ...plain.registered, status };
  return {
    ...plain,
    ...(registered ? { registered } : {}),
    units: 1,
    market: "spot",
    ...more,
  };
}
