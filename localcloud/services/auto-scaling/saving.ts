import type { StoreSaving } from "../../core/saving/storeSaving";
import { GroupLoad } from "./load";
import type { AutoScalingStore } from "./store";

export const saving: StoreSaving<AutoScalingStore> = {
  // A simulated load is not kept, as in ECS.
  transient: ["fleet", "loads"],
  parts: [GroupLoad],
  async resume({ fleet, groups }) {
    for (const group of groups.values()) await fleet.resume(group);
  },
};
