import type { Tag } from "@aws-sdk/client-eventbridge";
import { formatArn } from "../../../core/arn";
import type { AccessCheck } from "../../../core/service";
import { busName, ruleArn, type EventBridgeContext, type Tags } from "../store";

type Values = NonNullable<AccessCheck["context"]>;
type Named = { Name?: string; Rule?: string; EventBusName?: string };

/** Returns the check of an action on the rule that the request names. */
export function onRule(action: string) {
  return ({ Name, Rule, EventBusName }: Named, context: EventBridgeContext): AccessCheck[] => [
    ruleCheck(action, Name ?? Rule ?? "", EventBusName, context),
  ];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export function ruleCheck(
  action: string,
  name: string,
  bus: string | undefined,
  context: EventBridgeContext,
  values: Values = {},
): AccessCheck {
  const rule = context.store.buses.get(busName(bus))?.rules.get(name);
  return {
    action: `events:${action}`,
    resource: ruleArn(context, name, bus),
    context: { ...resourceTags(rule?.tags), ...values },
  };
}

export function busCheck(
  action: string,
  reference: string | undefined,
  context: EventBridgeContext,
  values: Values = {},
): AccessCheck {
  const name = busName(reference);
  return {
    action: `events:${action}`,
    resource: formatArn("events", context, `event-bus/${name}`),
    context: { ...resourceTags(context.store.buses.get(name)?.tags), ...values },
  };
}

/** Returns the checks that the caller may pass these roles to EventBridge. */
export function passRoles(roles: readonly (string | undefined)[]): AccessCheck[] {
  return [...new Set(roles)]
    .filter((role): role is string => role !== undefined)
    .map((role) => ({
      action: "iam:PassRole",
      resource: role,
      context: { "iam:PassedToService": "events.amazonaws.com" },
    }));
}

export function requestTags(tags: readonly Tag[] | undefined): Values {
  if (!tags?.length) return {};
  return {
    ...Object.fromEntries(
      tags.map(({ Key = "", Value = "" }) => [`aws:RequestTag/${Key}`, Value] as const),
    ),
    "aws:TagKeys": tags.map(({ Key = "" }) => Key),
  };
}

export function resourceTags(tags: Tags | undefined): Values {
  return Object.fromEntries(
    [...(tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const),
  );
}
