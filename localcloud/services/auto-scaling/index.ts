import type { ServiceDefinition } from "../../core/service";
import { api } from "./api";
import { groups } from "./groups";
import { hookOperations } from "./hooks";
import {
  describeAutoScalingInstances,
  describeScalingActivities,
  setInstanceHealth,
  setInstanceProtection,
  terminateInstanceInAutoScalingGroup,
} from "./members";
import { loadControl } from "./load";
import {
  cancelInstanceRefresh,
  describeInstanceRefreshes,
  startInstanceRefresh,
} from "./refreshes";
import { attachInstances, detachInstances, enterStandby, exitStandby } from "./standby";
import { saving } from "./saving";
import { createStore, type AutoScalingStore } from "./store";
import { deleteWarmPool, describeWarmPool, putWarmPool } from "./warmPools";
import { createOrUpdateTags, deleteTags, describeTags } from "./tags";

/**
 * Amazon EC2 Auto Scaling: groups based on launch templates that keep their desired number of instances, lifecycle
 * hooks, warm pools, rolling instance refreshes. Not supported: scaling policies, schedules, mixed instances, load
 * balancers.
 */
export const autoScaling: ServiceDefinition<AutoScalingStore> = {
  controls: { load: loadControl },
  ...api.service({
    createStore,
    saving,
    entities: [groups],
    operations: {
      ...hookOperations,
      CreateOrUpdateTags: createOrUpdateTags,
      DeleteTags: deleteTags,
      DescribeAutoScalingInstances: describeAutoScalingInstances,
      DescribeScalingActivities: describeScalingActivities,
      DescribeTags: describeTags,
      AttachInstances: attachInstances,
      CancelInstanceRefresh: cancelInstanceRefresh,
      DeleteWarmPool: deleteWarmPool,
      DescribeInstanceRefreshes: describeInstanceRefreshes,
      DescribeWarmPool: describeWarmPool,
      DetachInstances: detachInstances,
      EnterStandby: enterStandby,
      ExitStandby: exitStandby,
      PutWarmPool: putWarmPool,
      SetInstanceHealth: setInstanceHealth,
      SetInstanceProtection: setInstanceProtection,
      StartInstanceRefresh: startInstanceRefresh,
      TerminateInstanceInAutoScalingGroup: terminateInstanceInAutoScalingGroup,
    },
  }),
};
