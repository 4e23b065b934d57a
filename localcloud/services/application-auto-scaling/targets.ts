import { randomBytes } from "node:crypto";
import type {
  DeregisterScalableTargetCommandInput,
  DeregisterScalableTargetCommandOutput,
  DescribeScalableTargetsCommandInput,
  DescribeScalableTargetsCommandOutput,
  RegisterScalableTargetCommandInput,
  RegisterScalableTargetCommandOutput,
  ScalableTarget,
} from "@aws-sdk/client-application-auto-scaling";
import type { DescribeServicesResponse } from "@aws-sdk/client-ecs";
import { formatArn } from "../../core/arn";
import { forwardAccess } from "../../core/forwardAccess";
import { AwsError } from "../../core/errors";
import { page } from "../../core/page";
import { requestTags, targetAccess } from "./access";
import type { Context, ScalingOperation, Target, TargetName } from "./store";
import { checkTags } from "./tags";
import { checkNamespace, findTarget, invalid, invalidToken, targetName } from "./targetName";

const NOT_SUSPENDED = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html */
const PAGE = 50;

/** Registers a service or changes its registration; omitted members keep their values. */
export const registerScalableTarget: ScalingOperation<
  RegisterScalableTargetCommandInput,
  RegisterScalableTargetCommandOutput
> = {
  access: (input, context) => [
    targetAccess("RegisterScalableTarget", input, context, requestTags(input.Tags)),
  ],
  async run(input, context) {
    const { store, clock } = context;
    const name = targetName(input);
    boundsOf(input, store.targets.get(name.ResourceId));
    await (name.ServiceNamespace === "ecs" ? checkService : checkFleet)(name, context);
    // Another request may have changed the target meanwhile.
    const existing = store.targets.get(name.ResourceId);
    const { min, max } = boundsOf(input, existing);
    if (existing) {
      if (input.Tags) throw invalid("Tags can be set on a new scalable target only");
      existing.minCapacity = min;
      existing.maxCapacity = max;
      existing.suspended = { ...existing.suspended, ...input.SuspendedState };
      return { ScalableTargetARN: existing.arn };
    }
    const arn = formatArn("application-autoscaling", context, `scalable-target/${targetId()}`);
    store.targets.set(name.ResourceId, {
      name,
      arn,
      createdAt: clock.date(),
      tags: checkTags(input.Tags, arn),
      minCapacity: min,
      maxCapacity: max,
      suspended: { ...NOT_SUSPENDED, ...input.SuspendedState },
      policies: new Map(),
    });
    return { ScalableTargetARN: arn };
  },
};

/** Returns the target's capacities after the request. */
function boundsOf(
  { MinCapacity, MaxCapacity }: RegisterScalableTargetCommandInput,
  existing: { readonly minCapacity: number; readonly maxCapacity: number } | undefined,
): { min: number; max: number } {
  const min = MinCapacity ?? existing?.minCapacity;
  const max = MaxCapacity ?? existing?.maxCapacity;
  if (min === undefined || max === undefined)
    throw invalid("Min capacity and Max capacity must be specified for a new scalable target");
  if (min < 0 || max < 0) throw invalid("Capacity must be zero or greater");
  if (min > max) throw invalid("Maximum capacity cannot be less than minimum capacity");
  return { min, max };
}

/** Deletes the target together with its policies. */
export const deregisterScalableTarget: ScalingOperation<
  DeregisterScalableTargetCommandInput,
  DeregisterScalableTargetCommandOutput
> = {
  access: (input, context) => [targetAccess("DeregisterScalableTarget", input, context)],
  run(input, { store }) {
    store.targets.delete(findTarget(input, store).name.ResourceId);
    return {};
  },
};

export const describeScalableTargets: ScalingOperation<
  DescribeScalableTargetsCommandInput,
  DescribeScalableTargetsCommandOutput
> = {
  run(input, context) {
    const namespace = checkNamespace(input.ServiceNamespace);
    const { ResourceIds, ScalableDimension } = input;
    if (ScalableDimension !== undefined && !ResourceIds?.length)
      throw invalid("You must also specify a resource ID with a scalable dimension.");
    const wanted = [...context.store.targets.values()].filter(
      ({ name }) =>
        name.ServiceNamespace === namespace &&
        (!ResourceIds?.length || ResourceIds.includes(name.ResourceId)) &&
        (ScalableDimension === undefined || ScalableDimension === name.ScalableDimension),
    );
    const { items, nextToken } = page(wanted, {
      key: ({ name }) => name.ResourceId,
      size: Math.min(input.MaxResults ?? PAGE, PAGE),
      token: input.NextToken,
      invalidToken,
    });
    return {
      ScalableTargets: items.map((target) => describe(target, context)),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

const SERVICE_ROLES = { ecs: "ECSService", ec2: "EC2SpotFleetRequest" } as const;

function describe(target: Target, { accountId }: Context): ScalableTarget {
  return {
    ...target.name,
    MinCapacity: target.minCapacity,
    MaxCapacity: target.maxCapacity,
    // As on AWS, the service-linked role replaces a role in the request:
    // https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
    RoleARN:
      `arn:aws:iam::${accountId}:role/aws-service-role/` +
      `${target.name.ServiceNamespace}.application-autoscaling.amazonaws.com/` +
      `AWSServiceRoleForApplicationAutoScaling_${SERVICE_ROLES[target.name.ServiceNamespace]}`,
    CreationTime: target.createdAt,
    SuspendedState: target.suspended,
    ScalableTargetARN: target.arn,
  };
}

/**
 * Checks that the service exists and that the caller may describe it.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
 */
async function checkService({ ResourceId }: TargetName, context: Context): Promise<void> {
  const [, cluster, service] = ResourceId.split("/");
  const { services = [] } = await context.cloud
    .call<DescribeServicesResponse>({
      service: "ecs",
      operation: "DescribeServices",
      input: { cluster, services: [service] },
      principal: forwardAccess(context.principal, "application-autoscaling", context.region),
      region: context.region,
    })
    .catch((error: unknown): DescribeServicesResponse => {
      if (error instanceof Error && error.name === "ClusterNotFoundException") return {};
      throw error;
    });
  if (services.every(({ status }) => status === "INACTIVE"))
    throw invalid(`ECS service doesn't exist: ${ResourceId}`);
}

/** Checks a fleet like a service. AWS's message for a missing request is unknown. */
async function checkFleet({ ResourceId }: TargetName, context: Context): Promise<void> {
  const [, id] = ResourceId.split("/");
  const principal = forwardAccess(context.principal, "application-autoscaling", context.region);
  await context.cloud
    .call({
      service: "ec2",
      operation: "DescribeSpotFleetRequests",
      input: { SpotFleetRequestIds: [id] },
      principal,
      region: context.region,
    })
    .catch((error: unknown) => {
      if (!(error instanceof AwsError && error.code.startsWith("InvalidSpotFleetRequest")))
        throw error;
      throw invalid(`EC2 Spot fleet request doesn't exist: ${ResourceId}`);
    });
}

/** Returns an id of 36 characters, as in AWS's examples. */
function targetId(): string {
  return randomBytes(18).toString("hex");
}
