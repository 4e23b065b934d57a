import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "../../function/callbackFunction";
import { connectRule } from "../../function/triggers/wake";
import { locationOf } from "../../location";
import { childName } from "../../names";

/** Events of a cluster's services that call the scaler, with their wording in a description. */
const EVENT_WORDING = {
  SERVICE_TASK_PLACEMENT_FAILURE: "a task of its cluster cannot be placed",
  SERVICE_STEADY_STATE: "a service has reached a steady state",
} as const;

export type ServiceEventKind = keyof typeof EVENT_WORDING;

/**
 * Calls the scaler when a service of the cluster cannot place a task, because a cluster without instances has no metric
 * that shows it. On request it also calls it when a service reaches a steady state, because an alarm that is already on
 * does not show that tasks were removed.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
 */
export function createServicesRule(
  name: string,
  {
    cluster,
    events,
    wakes,
    tags,
  }: {
    readonly cluster: pulumi.Input<string>;
    readonly events: readonly ServiceEventKind[];
    readonly wakes: CallbackFunction<never, unknown>;
    readonly tags?: aws.cloudwatch.EventRuleArgs["tags"];
  },
  opts: { readonly parent: pulumi.Resource },
): aws.cloudwatch.EventRule {
  const { accountId, partition, region } = locationOf(opts.parent);
  const clusterArn = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}:cluster/${cluster}`;
  const rule = new aws.cloudwatch.EventRule(
    childName(name, "unplaced"),
    {
      description: `Calls the scaler ${name} when ${events.map((one) => EVENT_WORDING[one]).join(", or ")}.`,
      eventPattern: pulumi.jsonStringify({
        source: ["aws.ecs"],
        "detail-type": ["ECS Service Action"],
        detail: { eventName: [...events], clusterArn: [clusterArn] },
      }),
      tags,
    },
    opts,
  );
  connectRule(childName(name, "unplaced"), rule, wakes, "service", opts);
  return rule;
}
