import type {
  StepAdjustment,
  StepScalingPolicyConfiguration,
  TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import { invalid } from "./targetName";

/** https://docs.aws.amazon.com/general/latest/gr/as-app.html */
const MAX_STEPS = 20;

/**
 * Checks that the steps cover a range without gap and overlap.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 *
 * @throws ValidationException
 */
export function checkStepScaling(configuration: StepScalingPolicyConfiguration | undefined): void {
  if (!configuration) return;
  const { AdjustmentType, StepAdjustments: steps = [] } = configuration;
  if (AdjustmentType === undefined)
    throw invalid("AdjustmentType is required for a step scaling policy");
  if (steps.length === 0) throw invalid("At least one step adjustment is required");
  if (steps.length > MAX_STEPS)
    throw invalid(`A step scaling policy can have at most ${MAX_STEPS} step adjustments`);
  const ordered = [...steps].sort((a, b) => lowerOf(a) - lowerOf(b));
  for (const [index, step] of ordered.entries()) {
    if (lowerOf(step) === -Infinity && upperOf(step) === Infinity)
      throw invalid("The lower and the upper bound of a step adjustment cannot both be omitted");
    if (lowerOf(step) >= upperOf(step))
      throw invalid("The upper bound of a step adjustment must be greater than its lower bound");
    if (index > 0 && lowerOf(step) !== upperOf(ordered[index - 1]))
      throw invalid("The ranges of step adjustments cannot overlap or have a gap");
  }
}

/**
 * Checks that there is exactly one metric, with a label where it needs one.
 * https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
 *
 * @throws ValidationException
 */
export function checkTargetTracking(
  configuration: TargetTrackingScalingPolicyConfiguration | undefined,
): void {
  if (!configuration) return;
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } =
    configuration;
  if ((predefined === undefined) === (customized === undefined))
    throw invalid("Specify either a predefined metric or a customized metric");
  const isByTarget = predefined?.PredefinedMetricType === "ALBRequestCountPerTarget";
  if (isByTarget && !predefined.ResourceLabel)
    throw invalid("ResourceLabel is required for ALBRequestCountPerTarget");
}

function lowerOf({ MetricIntervalLowerBound: bound }: StepAdjustment): number {
  return bound ?? -Infinity;
}

function upperOf({ MetricIntervalUpperBound: bound }: StepAdjustment): number {
  return bound ?? Infinity;
}
