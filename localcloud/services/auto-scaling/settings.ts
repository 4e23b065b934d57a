import type { LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import type {
  DescribeLaunchTemplatesResult,
  DescribeSubnetsResult,
  Filter,
  LaunchTemplate,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../core/errors";
import { forwardAccess } from "../../core/forwardAccess";
import type { CallContext } from "../../core/service";
import { validation } from "./api";
import type { AutoScalingStore, Group, Kept } from "./store";

type Context = CallContext<AutoScalingStore>;

const KEPT = [
  "CapacityRebalance",
  "Context",
  "DefaultInstanceWarmup",
  "DesiredCapacityType",
  "HealthCheckType",
  "HealthCheckGracePeriod",
  "InstanceLifecyclePolicy",
  "MaxInstanceLifetime",
  "PlacementGroup",
  "TerminationPolicies",
] as const satisfies readonly (keyof Kept)[];

/** Returns the members of a request that are only stored and returned. */
export function keptMembers(input: Kept): Kept {
  return Object.fromEntries(
    KEPT.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
}

/** @throws ValidationError for invalid bounds */
export function checkBounds({ min, max, desired }: Pick<Group, "min" | "max" | "desired">): void {
  if (min < 0) throw validation("MinSize must be zero or greater.");
  if (max < min)
    throw validation(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  if (desired < min || desired > max)
    throw validation(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
}

/** Returns the template with its id and its name, as groups show it. */
export async function resolveTemplate(
  reference: LaunchTemplateSpecification | undefined,
  context: Context,
): Promise<LaunchTemplateSpecification> {
  if (!reference)
    throw validation(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  const { LaunchTemplateId: id, LaunchTemplateName: name, Version } = reference;
  const found = await findTemplate(id, name, context);
  // `$Default` and `$Latest` always exist; a number may not.
  if (Version !== undefined && !Version.startsWith("$"))
    await askEc2(
      "DescribeLaunchTemplateVersions",
      { LaunchTemplateId: found?.LaunchTemplateId, Versions: [Version] },
      context,
      WRONG_TEMPLATE,
    );
  return {
    LaunchTemplateId: found?.LaunchTemplateId,
    LaunchTemplateName: found?.LaunchTemplateName,
    ...(Version !== undefined && { Version }),
  };
}

/** How Auto Scaling begins its errors about templates, in front of EC2's own words. */
const WRONG_TEMPLATE = "You must use a valid fully-formed launch template. ";

async function findTemplate(
  id: string | undefined,
  name: string | undefined,
  context: Context,
): Promise<LaunchTemplate | undefined> {
  const { LaunchTemplates: [found] = [] } = await askEc2<DescribeLaunchTemplatesResult>(
    "DescribeLaunchTemplates",
    id === undefined ? { LaunchTemplateNames: [name ?? ""] } : { LaunchTemplateIds: [id] },
    context,
    WRONG_TEMPLATE,
  );
  return found;
}

/** Returns the subnets of `VPCZoneIdentifier`, or the default subnets of the zones. */
export async function resolveSubnets(
  identifier: string | undefined,
  zones: readonly string[] | undefined,
  context: Context,
): Promise<Group["subnets"]> {
  const ids = (identifier ?? "").split(",").flatMap((one) => one.trim() || []);
  if (ids.length === 0 && !zones?.length)
    throw validation("At least one Availability Zone or VPC Subnet is required.");
  const byDefault: Filter[] = [
    { Name: "default-for-az", Values: ["true"] },
    { Name: "availability-zone", Values: [...(zones ?? [])] },
  ];
  const { Subnets = [] } = await askEc2<DescribeSubnetsResult>(
    "DescribeSubnets",
    ids.length > 0 ? { SubnetIds: ids } : { Filters: byDefault },
    context,
  );
  if (Subnets.length === 0) throw validation(`No default subnet in ${zones?.join(", ")}.`);
  return Subnets.map(({ SubnetId = "", AvailabilityZone = "" }) => ({
    id: SubnetId,
    zone: AvailabilityZone,
  }));
}

/** Calls EC2 as the caller, who needs permission to read the resources that the group uses. */
async function askEc2<Output>(
  operation: string,
  input: object,
  { cloud, principal, region }: Context,
  prefix = "",
): Promise<Output> {
  try {
    return await cloud.call<Output>({
      service: "ec2",
      operation,
      input,
      principal: forwardAccess(principal, "autoscaling", region),
      region,
    });
  } catch (error) {
    if (error instanceof AwsError && /NotFound/.test(error.code))
      throw validation(prefix + error.message);
    throw error;
  }
}
