import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import {
  anything,
  argumentError,
  checkArgs,
  checkNamed,
  type Checks,
  describedError,
  integer,
  oneOf,
} from "../../validation";
import { checkBounds, checkMetrics, checkSchedules, scalerChecks } from "../scaling/checks";
import {
  checkCloudWatchMetric,
  checkQueue,
  checkReserved,
  isCluster,
} from "../scaling/givenChecks";
import type { SpotFleetScalerArgs } from "./args";
import { settingsOf } from "./fleetRules";
import { engineOfId } from "./scaledFleet";

/** Units of a fleet. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/fleet-quotas.html */
const UNITS = { most: 10_000, unit: "units of capacity" };

const CHECKS = {
  ...scalerChecks(UNITS),
  // Checked in combination below.
  fleet: anything,
  metric: anything,
  name: anything,
  excess: oneOf(["terminate", "keep"]),
  cluster: anything,
  drainTimeout: integer([60, 86_400], "seconds"),
  rebalance: oneOf(["drain", "ignore"]),
  onDemandBase: integer([0, UNITS.most], UNITS.unit),
} satisfies Checks<SpotFleetScalerArgs>;

/** @throws pulumi.ResourceError naming the argument. */
export function checkSpotFleetScaler(self: pulumi.Resource, args: SpotFleetScalerArgs): void {
  checkArgs(self, args, CHECKS);
  checkFleet(self, args.fleet);
  checkBounds(self, "", args, UNITS);
  checkSchedules(self, args, UNITS);
  checkBase(self, args);
  checkCluster(self, args);
  // A value that is not a metric has no rule either.
  if (args.metric !== undefined) checkMetric(self, args.metric, args);
  const { rules } = settingsOf({ ...args, metric: args.metric ?? "cpu" });
  checkMetrics<SpotFleetScalerArgs>(self, args, {
    metrics: [args],
    rules,
    checkMetric: () => undefined,
    periodProblem: (_one, period) =>
      period < 60 ? "EC2, ECS and SQS publish metrics every 60 seconds" : undefined,
  });
  if (rules.some((rule) => rule.in) && args.excess === undefined)
    throw argumentError(
      self,
      "excess",
      undefined,
      "say what happens to instances above a lowered target: give terminate or keep",
    );
}

/** The units of On-Demand capacity are part of the target. */
function checkBase(
  self: pulumi.Resource,
  { onDemandBase = 0, max, schedules = [] }: SpotFleetScalerArgs,
): void {
  const most = Math.max(max, ...schedules.map((one) => one.max));
  if (onDemandBase <= most) return;
  const allowed = `it is part of the target, which is at most ${most}: give at most that, or raise max`;
  throw argumentError(self, "onDemandBase", onDemandBase, allowed);
}

function checkFleet(self: pulumi.Resource, fleet: SpotFleetScalerArgs["fleet"]): void {
  const isId = typeof fleet === "string";
  if (isId && engineOfId(fleet) === undefined)
    throw argumentError(self, "fleet", fleet, "an id is fleet-... or sfr-...");
  if (isId || aws.ec2.Fleet.isInstance(fleet) || aws.ec2.SpotFleetRequest.isInstance(fleet)) return;
  const allowed = "give an aws.ec2.SpotFleetRequest or an aws.ec2.Fleet, or its id as a text";
  throw describedError(self, "fleet", typeof fleet, allowed);
}

/** Refuses arguments that apply to container instances only. */
function checkCluster(self: pulumi.Resource, args: SpotFleetScalerArgs): void {
  if (args.cluster !== undefined) return checkNamed(self, "cluster", args.cluster, isCluster);
  for (const name of ["drainTimeout", "rebalance"] as const)
    if (args[name] !== undefined)
      throw argumentError(
        self,
        name,
        args[name],
        "it applies only to container instances: give cluster",
      );
}

function checkMetric(
  self: pulumi.Resource,
  metric: SpotFleetScalerArgs["metric"],
  { min, schedules = [] }: SpotFleetScalerArgs,
): void {
  const kinds = ["reserved", "queue", "metricName"];
  const given = metric === "cpu" ? ["cpu"] : kinds.filter((kind) => kind in Object(metric));
  if (given.length !== 1) {
    const allowed = `allowed are "cpu", or an object with one of ${kinds.join(", ")}`;
    throw describedError(self, "metric", given.join(" and ") || typeof metric, allowed);
  }
  checkKind(self, metric);
  const fewest = Math.min(min, ...schedules.map((one) => one.min));
  const [kind] = given;
  if (fewest > 0 || (kind !== "cpu" && kind !== "reserved")) return;
  const allowed = `a fleet without instances has no ${kind}, so no alarm would ever start it; set min to 1, or scale by a queue`;
  throw argumentError(self, "min", fewest, allowed);
}

function checkKind(self: pulumi.Resource, metric: SpotFleetScalerArgs["metric"]): void {
  if (metric === "cpu") return;
  if ("queue" in metric) checkQueue(self, "metric.", metric);
  else if ("reserved" in metric) checkReserved(self, "metric.", metric);
  else checkCloudWatchMetric(self, "metric.", metric, { per: oneOf(["unit", "fleet"]) });
}
