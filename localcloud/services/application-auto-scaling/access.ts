import { formatArn } from "../../core/arn";
import type { AccessCheck } from "../../core/service";
import type { Context } from "./store";
import type { TargetReference } from "./targetName";

type Values = Record<string, string | readonly string[]>;

/**
 * Returns the check for an action on a target. Policies cannot name a target before it exists.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsapplicationautoscaling.html
 */
export function targetAccess(
  action: string,
  reference: TargetReference,
  context: Context,
  values: Values = {},
): AccessCheck {
  const target = context.store.targets.get(reference.ResourceId ?? "");
  return {
    action: `application-autoscaling:${action}`,
    resource: target?.arn ?? formatArn("application-autoscaling", context, "scalable-target/*"),
    context: {
      ...(reference.ServiceNamespace && {
        "application-autoscaling:service-namespace": reference.ServiceNamespace,
      }),
      ...(reference.ScalableDimension && {
        "application-autoscaling:scalable-dimension": reference.ScalableDimension,
      }),
      ...resourceTags(target?.tags),
      ...values,
    },
  };
}

/** Returns the check for an action on a target that the request names by its ARN. */
export function arnAccess(
  action: string,
  arn: string | undefined,
  { store }: Context,
  values: Values = {},
): AccessCheck {
  const target = [...store.targets.values()].find((one) => one.arn === arn);
  return {
    action: `application-autoscaling:${action}`,
    resource: arn ?? "*",
    context: { ...resourceTags(target?.tags), ...values },
  };
}

/** Returns `aws:RequestTag/<key>` and `aws:TagKeys` of a request. */
export function requestTags(tags: Readonly<Record<string, string>> | undefined): Values {
  const keys = Object.keys(tags ?? {});
  if (keys.length === 0) return {};
  return {
    ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags?.[key] ?? ""])),
    "aws:TagKeys": keys,
  };
}

function resourceTags(tags: ReadonlyMap<string, string> = new Map()): Values {
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}
