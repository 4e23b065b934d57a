import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { NOTICES } from "../../../callbacks/ecs/scaling/notices";
import type { CallbackFunction } from "../../function/callbackFunction";
import { childName } from "../../names";
import { connectRule } from "../../function/triggers/wake";

/**
 * Calls the scaler when Spot reclaims an instance, or is likely to. The events identify the instance by its id only, so
 * the function is called for every Spot instance of the account in the region.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export function createNoticesRule(
  name: string,
  {
    wakes,
    tags,
  }: {
    readonly wakes: CallbackFunction<never, unknown>;
    readonly tags?: aws.cloudwatch.EventRuleArgs["tags"];
  },
  opts: { readonly parent: pulumi.Resource },
): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule(
    childName(name, "notices"),
    {
      description: `Notifies the scaler ${name} of instances that Spot reclaims.`,
      eventPattern: JSON.stringify({
        source: ["aws.ec2"],
        "detail-type": Object.keys(NOTICES),
      }),
      tags,
    },
    opts,
  );
  connectRule(childName(name, "notices"), rule, wakes, undefined, opts);
  return rule;
}
