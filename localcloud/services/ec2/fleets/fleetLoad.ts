import { BadControlRequest, type Control } from "../../../core/load";
import type { Ec2Store } from "../store";

/** `POST /_localcloud/load` with the id of a fleet's request sets the metrics that each of its instances reports. */
export const fleetLoadControl: Control<Ec2Store> = {
  fields: ["fleet", "cpuPercent"],
  set({ fleet: id, cpuPercent }, store) {
    const all = new Map([...store.spotFleets, ...store.ec2Fleets]);
    const fleet = typeof id === "string" ? all.get(id) : undefined;
    if (!fleet)
      throw new BadControlRequest(
        `There is no fleet '${String(id)}' in ${store.scope.region}; there is: ${[...all.keys()].join(", ") || "none"}.`,
      );
    const isPercent =
      typeof cpuPercent === "number" && Number.isFinite(cpuPercent) && cpuPercent >= 0;
    if (!isPercent && cpuPercent !== null && typeof cpuPercent !== "function")
      throw new BadControlRequest(
        `'cpuPercent' must be a percentage, 0 or more, or null to end its reports; it is ${JSON.stringify(cpuPercent) ?? "absent"}.`,
      );
    store.fleetKeeper.load(fleet, cpuPercent as number | null);
  },
};
