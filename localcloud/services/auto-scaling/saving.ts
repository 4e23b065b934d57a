import type { StoreSaving } from "../../core/saving/storeSaving";
import { GroupLoad } from "./load";
import type { AutoScalingStore } from "./store";

export const saving: StoreSaving<AutoScalingStore> = {
  transient: ["fleet"],
  parts: [GroupLoad],
  async resume({ fleet, groups, load }) {
    for (const group of groups.values()) await fleet.resume(group);
    load.schedule();
  },
};
