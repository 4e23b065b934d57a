import type * as pulumi from "@pulumi/pulumi";
import { RETENTION_DAYS } from "../../retention";
import { CALLBACK_CHECKS } from "../../function/callbackOptions";
import {
  anything,
  argumentError,
  boolean,
  checkArgs,
  type Checks,
  fn,
  integer,
  oneOf,
} from "../../validation";
import { checkBounds, checkRule, checkSchedules, limitChecks } from "../scaling/checks";
import type { EcsClusterScalerArgs } from "./args";
import { settingsOf } from "./settings";

/** Container instances of a cluster. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const INSTANCES = { most: 5000, unit: "instances" };

const CHECKS = {
  // These are checked with each other below.
  cluster: anything,
  group: anything,
  min: anything,
  max: anything,
  target: anything,
  scaleOut: anything,
  scaleIn: anything,
  schedules: anything,
  decide: fn,
  ...limitChecks(INSTANCES),
  spare: integer([0, 100], "tasks"),
  drainTimeout: integer([60, 86_400], "seconds"),
  logRetentionInDays: oneOf(RETENTION_DAYS),
  logLevel: CALLBACK_CHECKS.logLevel,
  runtime: CALLBACK_CHECKS.runtime,
  alarmActions: anything,
  tags: anything,
  tracing: boolean,
} satisfies Checks<EcsClusterScalerArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkEcsClusterScaler(self: pulumi.Resource, args: EcsClusterScalerArgs): void {
  checkArgs(self, args, CHECKS);
  checkBounds(self, "", args, INSTANCES);
  for (const required of ["cluster", "group"] as const)
    if (args[required] === undefined)
      throw argumentError(self, required, undefined, `give the ${required} or its name`);
  const { target = 1, scaleOut, scaleIn } = args;
  checkRule(self, "", { target, scaleOut, scaleIn }, settingsOf(args).rules[0], periodProblem);
  if (target > 100)
    throw argumentError(self, "target", target, "no more than 100 % can be reserved");
  checkSchedules(self, args, INSTANCES);
}

function periodProblem(period: number): string | undefined {
  return period < 60 ? "ECS has datapoints of 60 seconds of a cluster" : undefined;
}
