import type { Tag } from "@aws-sdk/client-ecs";
import type { AccessCheck, CallContext } from "../../../core/service";
import { clusterInArn, clusterName, ecsArn, lastPart, parseTaskDefinition } from "./references";
import type { EcsStore } from "../store";
import type { Tags } from "./model";

export type EcsContext = CallContext<EcsStore>;
type Values = NonNullable<AccessCheck["context"]>;

export function clusterArn(context: EcsContext, reference: string | undefined): string {
  return ecsArn(context, `cluster/${clusterName(reference)}`);
}

export function serviceArn(
  context: EcsContext,
  cluster: string | undefined,
  service: string | undefined,
): string {
  const inCluster = clusterInArn(service ?? "") ?? clusterName(cluster);
  return ecsArn(context, `service/${inCluster}/${lastPart(service ?? "")}`);
}

export function taskArn(
  context: EcsContext,
  cluster: string | undefined,
  task: string | undefined,
): string {
  const inCluster = clusterInArn(task ?? "") ?? clusterName(cluster);
  return ecsArn(context, `task/${inCluster}/${lastPart(task ?? "")}`);
}

/** Returns the ARN of a task definition reference. A reference that cannot be resolved is returned unchanged. */
export function taskDefinitionArn(context: EcsContext, reference: string | undefined): string {
  const found = context.store.taskDefinition(reference ?? "");
  if (found) return found.arn;
  const parsed = parseTaskDefinition(reference ?? "");
  return ecsArn(context, `task-definition/${parsed?.family ?? ""}:${parsed?.revision ?? "*"}`);
}

/**
 * Returns a check with the condition keys of the Service Authorization Reference.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function ecsCheck(action: string, resource: string, values: Values = {}): AccessCheck {
  return { action: `ecs:${action}`, resource, context: values };
}

/** Returns the condition key `ecs:cluster`, by which policies limit lists and services. */
export function inCluster(context: EcsContext, cluster: string | undefined): Values {
  return { "ecs:cluster": clusterArn(context, cluster) };
}

/** Returns the check for tags in a create call: it requires ecs:TagResource on the new resource. */
export function tagOnCreate(
  createAction: string,
  resource: string,
  tags: readonly Tag[] | undefined,
): AccessCheck[] {
  if (!tags?.length) return [];
  const values = { ...requestTags(tags), "ecs:CreateAction": createAction };
  return [ecsCheck("TagResource", resource, values)];
}

export function requestTags(tags: readonly Tag[] | undefined): Values {
  if (!tags?.length) return {};
  return {
    ...Object.fromEntries(
      tags.map(({ key = "", value = "" }) => [`aws:RequestTag/${key}`, value] as const),
    ),
    "aws:TagKeys": tags.map(({ key = "" }) => key),
  };
}

export function resourceTags(tags: Tags | undefined): Values {
  return Object.fromEntries(
    [...(tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const),
  );
}

/** Returns the checks that the caller may pass the roles to ECS tasks; a role is given by name or ARN. */
export function passRoles(
  context: EcsContext,
  roles: readonly (string | undefined)[],
): AccessCheck[] {
  return [...new Set(roles)]
    .filter((role): role is string => role !== undefined && role !== "")
    .map((role) => ({
      action: "iam:PassRole",
      resource: role.startsWith("arn:") ? role : `arn:aws:iam::${context.accountId}:role/${role}`,
      context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }));
}
