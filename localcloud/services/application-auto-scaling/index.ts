import { constraints } from "../../constraints/application-auto-scaling";
import type { ServiceDefinition } from "../../core/service";
import { deleteScalingPolicy, describeScalingPolicies, putScalingPolicy } from "./policies";
import { createStore, type ApplicationAutoScalingStore } from "./store";
import { listTagsForResource, tagResource, untagResource } from "./tags";
import {
  deregisterScalableTarget,
  describeScalableTargets,
  registerScalableTarget,
} from "./targets";

/**
 * Application Auto Scaling of ECS services, as data: registrations are stored and returned, but nothing is scaled.
 * Not supported: other resources, scheduled actions, scaling activities, alarms of policies.
 */
export const applicationAutoScaling: ServiceDefinition<ApplicationAutoScalingStore> = {
  name: "application-auto-scaling",
  signingName: "application-autoscaling",
  iamPrefix: "application-autoscaling",
  sdk: () => require("@aws-sdk/client-application-auto-scaling") as object,
  // The model behind the table of constraints is older than ECS's high-resolution metrics.
  constraints: () => ({ table: { ...constraints(), PredefinedMetricSpecification: {} } }),
  createStore,
  operations: {
    DeleteScalingPolicy: deleteScalingPolicy,
    DeregisterScalableTarget: deregisterScalableTarget,
    DescribeScalableTargets: describeScalableTargets,
    DescribeScalingPolicies: describeScalingPolicies,
    ListTagsForResource: listTagsForResource,
    PutScalingPolicy: putScalingPolicy,
    RegisterScalableTarget: registerScalableTarget,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};
