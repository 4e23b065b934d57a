import type * as Sdk from "@aws-sdk/client-application-auto-scaling";
import type { ScalableDimension, ServiceNamespace } from "@aws-sdk/client-application-auto-scaling";
import type { PolicyArgs } from "@pulumi/aws/appautoscaling/policy";
import type { TargetArgs } from "@pulumi/aws/appautoscaling/target";
import type { Args } from "../define";
import { awsClient } from "../mapped/resource";
import type { Properties, ResourceType } from "../types";

const autoScaling = awsClient(
  () => require("@aws-sdk/client-application-auto-scaling") as typeof Sdk,
);

const gone = ["ObjectNotFoundException"];

const target = autoScaling.resource<Args<TargetArgs>>({
  token: "aws:appautoscaling/target:Target",
  inputs: [
    "maxCapacity",
    "minCapacity",
    "resourceId",
    "roleArn",
    "scalableDimension",
    "serviceNamespace",
    "suspendedState",
    "tags",
  ],
  outputs: ["arn"],
  names: { ScalableTargetARN: "arn" },
  computed: ["roleArn", "suspendedState"],
  required: ["maxCapacity", "minCapacity", "resourceId", "scalableDimension", "serviceNamespace"],
  replaceOn: ["resourceId", "scalableDimension", "serviceNamespace"],
  gone,
  create: { RegisterScalableTarget: () => ({}) },
  id: ({ resourceId }) => resourceId,
  importKey: targetKey,
  read: {
    DescribeScalableTargets(_id, inputs) {
      const { ResourceId = "", ...rest } = nameOf(inputs);
      return { ...rest, ResourceIds: [ResourceId] };
    },
  },
  outputsFrom: (found) => (found.arn ? found : undefined),
  update: { RegisterScalableTarget: () => ({}) },
  delete: { DeregisterScalableTarget: (_id, state) => nameOf(state) },
  tags: {
    of: (_id, { arn }) => ({ ResourceARN: arn }),
    tag: "TagResource",
    untag: "UntagResource",
    list: "ListTagsForResource",
  },
});

/** Bounds of steps are texts in a program and numbers in the API. */
const bound = { toWire: (text: string) => Number(text), fromWire: String };

const policy = autoScaling.resource<Args<PolicyArgs>>({
  token: "aws:appautoscaling/policy:Policy",
  inputs: [
    "name",
    "policyType",
    "resourceId",
    "scalableDimension",
    "serviceNamespace",
    "stepScalingPolicyConfiguration",
    "targetTrackingScalingPolicyConfiguration",
  ],
  outputs: ["alarmArns", "arn"],
  names: { PolicyARN: "arn", PolicyName: "name" },
  forms: { MetricIntervalLowerBound: bound, MetricIntervalUpperBound: bound },
  autoname: { property: "name", maxLength: 255 },
  required: ["resourceId", "scalableDimension", "serviceNamespace"],
  defaults: { policyType: "StepScaling" },
  replaceOn: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
  gone,
  create: { PutScalingPolicy: () => ({}) },
  id: ({ name = "" }) => name,
  importKey(id) {
    const [key, name] = [id.slice(0, id.lastIndexOf("/")), id.slice(id.lastIndexOf("/") + 1)];
    const of = targetKey(key);
    return of && { ...of, name };
  },
  read: {
    DescribeScalingPolicies: (id, { name = id, ...inputs }) => ({
      ...nameOf(inputs),
      PolicyNames: [name],
    }),
  },
  outputsFrom({ alarms, ...found }) {
    if (!found.arn) return undefined;
    const alarmArns = ((alarms ?? []) as Properties[]).map(({ alarmArn }) => alarmArn);
    return { ...found, alarmArns };
  },
  update: { PutScalingPolicy: () => ({}) },
  delete: {
    DeleteScalingPolicy: (id, state) => ({ ...nameOf(state), PolicyName: id }),
  },
});

export const APPLICATION_AUTO_SCALING_RESOURCES: readonly ResourceType[] = [target, policy];

interface TargetName {
  readonly serviceNamespace: string;
  readonly resourceId: string;
  readonly scalableDimension: string;
}

/** Parses an import id of a target, such as `ecs/service/main/web/ecs:service:DesiredCount`. */
function targetKey(id: string): TargetName | undefined {
  const match = /^([^/]+)\/(.+)\/([^/]+)$/.exec(id);
  if (!match) return undefined;
  const [, serviceNamespace, resourceId, scalableDimension] = match;
  return { serviceNamespace, resourceId, scalableDimension };
}

/** The SDK types only the known namespaces and dimensions; AWS itself refuses others. */
function nameOf({ serviceNamespace, resourceId, scalableDimension }: Partial<TargetName>) {
  return {
    ServiceNamespace: serviceNamespace as ServiceNamespace,
    ResourceId: resourceId,
    ScalableDimension: scalableDimension as ScalableDimension,
  };
}
