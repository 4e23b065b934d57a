import type { ServiceDefinition } from "../../core/service";
import { api } from "./api";
import { groups } from "./groups";
import { hookOperations } from "./hooks";
import {
  describeAutoScalingInstances,
  describeScalingActivities,
  setInstanceProtection,
  terminateInstanceInAutoScalingGroup,
} from "./members";
import { loadControl } from "./load";
import { createStore, type AutoScalingStore } from "./store";
import { createOrUpdateTags, deleteTags, describeTags } from "./tags";

/**
 * Amazon EC2 Auto Scaling: groups over launch templates, whose instances follow what is desired, and lifecycle hooks.
 * Absent: scaling policies, schedules, warm pools, instance refreshes, mixed instances, load balancers.
 */
export const autoScaling: ServiceDefinition<AutoScalingStore> = {
  controls: { load: loadControl },
  ...api.service({
    createStore,
    entities: [groups],
    operations: {
      ...hookOperations,
      CreateOrUpdateTags: createOrUpdateTags,
      DeleteTags: deleteTags,
      DescribeAutoScalingInstances: describeAutoScalingInstances,
      DescribeScalingActivities: describeScalingActivities,
      DescribeTags: describeTags,
      SetInstanceProtection: setInstanceProtection,
      TerminateInstanceInAutoScalingGroup: terminateInstanceInAutoScalingGroup,
    },
  }),
};
