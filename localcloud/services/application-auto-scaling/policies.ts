import { randomUUID } from "node:crypto";
import type {
  DeleteScalingPolicyCommandInput,
  DeleteScalingPolicyCommandOutput,
  DescribeScalingPoliciesCommandInput,
  DescribeScalingPoliciesCommandOutput,
  PutScalingPolicyCommandInput,
  PutScalingPolicyCommandOutput,
} from "@aws-sdk/client-application-auto-scaling";
import { formatArn } from "../../core/arn";
import { required } from "../../core/constraint";
import { page } from "../../core/page";
import { targetAccess } from "./access";
import { checkStepScaling, checkTargetTracking } from "./policyRules";
import type { PolicySettings, ScalingOperation } from "./store";
import { checkNamespace, findTarget, invalid, invalidToken, notFound } from "./targetName";

/** Each policy type has exactly one kind of configuration. */
const CONFIGURATIONS = {
  StepScaling: "StepScalingPolicyConfiguration",
  TargetTrackingScaling: "TargetTrackingScalingPolicyConfiguration",
  PredictiveScaling: "PredictiveScalingPolicyConfiguration",
} as const;

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html */
const PAGE = 10;

/** Stores the policy. It scales nothing here, so it has no alarms. */
export const putScalingPolicy: ScalingOperation<
  PutScalingPolicyCommandInput,
  PutScalingPolicyCommandOutput
> = {
  access: (input, context) => [targetAccess("PutScalingPolicy", input, context)],
  run(input, context) {
    const name = required(input.PolicyName, "policyName");
    const target = findTarget(input, context.store, "No scalable target registered for");
    const existing = target.policies.get(name);
    const settings = policySettings(input, existing?.settings);
    if (existing) {
      existing.settings = settings;
      return { PolicyARN: existing.arn, Alarms: [] };
    }
    const { ServiceNamespace, ResourceId } = target.name;
    const resource = `scalingPolicy:${randomUUID()}:resource/${ServiceNamespace}/${ResourceId}`;
    const arn = formatArn("autoscaling", context, `${resource}:policyName/${name}`);
    target.policies.set(name, { name, arn, createdAt: context.clock.date(), settings });
    return { PolicyARN: arn, Alarms: [] };
  },
};

export const describeScalingPolicies: ScalingOperation<
  DescribeScalingPoliciesCommandInput,
  DescribeScalingPoliciesCommandOutput
> = {
  run(input, { store }) {
    const namespace = checkNamespace(input.ServiceNamespace);
    const { PolicyNames, ResourceId, ScalableDimension } = input;
    if (ScalableDimension !== undefined && ResourceId === undefined)
      throw invalid("You must also specify a resource ID with a scalable dimension.");
    const wanted = [...store.targets.values()]
      .filter(
        ({ name }) =>
          name.ServiceNamespace === namespace &&
          (ResourceId === undefined || ResourceId === name.ResourceId) &&
          (ScalableDimension === undefined || ScalableDimension === name.ScalableDimension),
      )
      .flatMap(({ name, policies }) => [...policies.values()].map((policy) => ({ name, policy })))
      .filter(({ policy }) => !PolicyNames?.length || PolicyNames.includes(policy.name));
    const { items, nextToken } = page(wanted, {
      key: ({ name, policy }) => `${name.ResourceId} ${policy.name}`,
      size: Math.min(input.MaxResults ?? PAGE, PAGE),
      token: input.NextToken,
      invalidToken,
    });
    return {
      ScalingPolicies: items.map(({ name, policy }) => ({
        ...name,
        ...policy.settings,
        PolicyARN: policy.arn,
        PolicyName: policy.name,
        CreationTime: policy.createdAt,
        Alarms: [],
      })),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    };
  },
};

export const deleteScalingPolicy: ScalingOperation<
  DeleteScalingPolicyCommandInput,
  DeleteScalingPolicyCommandOutput
> = {
  access: (input, context) => [targetAccess("DeleteScalingPolicy", input, context)],
  run(input, { store }) {
    const what = "No scaling policy found for";
    const target = findTarget(input, store, what);
    if (!target.policies.delete(required(input.PolicyName, "policyName")))
      throw notFound(target.name, what);
    return {};
  },
};

function policySettings(
  input: PutScalingPolicyCommandInput,
  before: PolicySettings | undefined,
): PolicySettings {
  const type = input.PolicyType ?? before?.PolicyType ?? "StepScaling";
  const member = CONFIGURATIONS[type];
  for (const other of Object.values(CONFIGURATIONS))
    if (other !== member && input[other] !== undefined)
      throw invalid(`${other} cannot be specified for a policy of type ${type}`);
  const configuration = input[member];
  if (!configuration) throw invalid(`${member} must be specified for a policy of type ${type}`);
  checkStepScaling(input.StepScalingPolicyConfiguration);
  checkTargetTracking(input.TargetTrackingScalingPolicyConfiguration);
  return { PolicyType: type, [member]: configuration };
}
