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

const DIMENSION = "ecs:service:DesiredCount";

/**
 * The name of a target, checked.
 *
 * @throws ValidationException, and NotImplemented for what is no ECS service
 */
export function targetName(reference: TargetReference): TargetName {
  const namespace = checkNamespace(reference.ServiceNamespace);
  const resourceId = required(reference.ResourceId, "resourceId");
  const dimension = required(reference.ScalableDimension, "scalableDimension");
  if (!/^service\/[^/]+\/[^/]+$/.test(resourceId) || dimension !== DIMENSION)
    throw invalid("Unsupported service namespace, resource type or scalable dimension");
  return { ServiceNamespace: namespace, ResourceId: resourceId, ScalableDimension: dimension };
}

export function checkNamespace(namespace: ServiceNamespace | undefined): "ecs" {
  const given = required(namespace, "serviceNamespace");
  if (given === "ecs") return given;
  throw new AwsError(
    "NotImplemented",
    `The local cloud has Application Auto Scaling for ECS services only, not for '${given}'.`,
    { status: 501 },
  );
}

/** `what` is the beginning of AWS's text. @throws ObjectNotFoundException */
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
