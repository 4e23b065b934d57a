import type { ScalableDimension, ServiceNamespace } from "@aws-sdk/client-application-auto-scaling";
import { required } from "../../core/constraint";
import { AwsError } from "../../core/errors";
import type { ApplicationAutoScalingStore, Target, TargetName } from "./store";

/** The members of a request that name a target. */
export interface TargetReference {
  readonly ServiceNamespace?: ServiceNamespace;
  readonly ResourceId?: string;
  readonly ScalableDimension?: ScalableDimension;
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html */
const KINDS = {
  ecs: { dimension: "ecs:service:DesiredCount", resourceId: /^service\/[^/]+\/[^/]+$/ },
  ec2: {
    dimension: "ec2:spot-fleet-request:TargetCapacity",
    resourceId: /^spot-fleet-request\/[^/]+$/,
  },
} as const;

/**
 * Returns the validated name of a target.
 *
 * @throws ValidationException, and NotImplemented for anything except an ECS service or a Spot Fleet request
 */
export function targetName(reference: TargetReference): TargetName {
  const namespace = checkNamespace(reference.ServiceNamespace);
  const ResourceId = required(reference.ResourceId, "resourceId");
  const given = required(reference.ScalableDimension, "scalableDimension");
  const { dimension, resourceId } = KINDS[namespace];
  if (!resourceId.test(ResourceId) || given !== dimension)
    throw invalid("Unsupported service namespace, resource type or scalable dimension");
  return { ServiceNamespace: namespace, ResourceId, ScalableDimension: dimension };
}

export function checkNamespace(namespace: ServiceNamespace | undefined): "ecs" | "ec2" {
  const given = required(namespace, "serviceNamespace");
  if (given === "ecs" || given === "ec2") return given;
  throw new AwsError(
    "NotImplemented",
    `The local cloud has Application Auto Scaling for ECS services and Spot Fleet requests only, not for '${given}'.`,
    { status: 501 },
  );
}

/** `what` is the first part of AWS's message. @throws ObjectNotFoundException */
export function findTarget(
  reference: TargetReference,
  store: ApplicationAutoScalingStore,
  what = "No scalable target found for",
): Target {
  const name = targetName(reference);
  const target = store.targets.get(name.ResourceId);
  if (target) return target;
  throw notFound(name, what);
}

export function notFound(name: TargetName, what: string): AwsError {
  return new AwsError(
    "ObjectNotFoundException",
    `${what} service namespace: ${name.ServiceNamespace}, resource ID: ${name.ResourceId}, ` +
      `scalable dimension: ${name.ScalableDimension}`,
  );
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function invalidToken(): AwsError {
  return new AwsError("InvalidNextTokenException", "The next token is invalid.");
}
