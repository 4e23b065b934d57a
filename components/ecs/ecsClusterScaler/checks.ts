import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  anything,
  argumentError,
  checkArgs,
  checkNamed,
  type Checks,
  integer,
} from "../../validation";
import { checkBounds, checkRule, checkSchedules, scalerChecks } from "../scaling/checks";
import { isCluster } from "../scaling/givenChecks";
import type { EcsClusterScalerArgs } from "./args";
import { settingsOf } from "./settings";

/** Container instances of a cluster. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const INSTANCES = { most: 5000, unit: "instances" };

const CHECKS = {
  ...scalerChecks(INSTANCES),
  // Checked in combination below.
  cluster: anything,
  group: anything,
  spare: integer([0, 100], "tasks"),
  drainTimeout: integer([60, 86_400], "seconds"),
} satisfies Checks<EcsClusterScalerArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkEcsClusterScaler(self: pulumi.Resource, args: EcsClusterScalerArgs): void {
  checkArgs(self, args, CHECKS);
  checkBounds(self, "", args, INSTANCES);
  checkNamed(self, "cluster", args.cluster, isCluster);
  checkNamed(self, "group", args.group, (group) => aws.autoscaling.Group.isInstance(group));
  checkSchedules(self, args, INSTANCES);
  const { target = 1, scaleOut, scaleIn } = args;
  for (const rule of settingsOf(args).rules)
    checkRule(self, "", { target, scaleOut, scaleIn }, rule, periodProblem);
  if (target > 100) throw argumentError(self, "target", target, "allowed is at most 100 %");
}

function periodProblem(period: number): string | undefined {
  return period < 60 ? "ECS publishes a cluster's metrics every 60 seconds" : undefined;
}
