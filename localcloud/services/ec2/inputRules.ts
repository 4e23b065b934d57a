import type { InputRules } from "../../codec/checkInput";
import { without, type Constraint, type Constraints } from "../../codec/model/constraints";
import { constraints } from "../../constraints/ec2";
import { invalidInput } from "./invalidInput";

/** Returns the model's constraints, with EC2's own words for most of them. */
export function inputRules(): InputRules {
  return { table: table(), code: "InvalidParameterValue", refuse: invalidInput };
}

function table(): Constraints {
  const model = without(
    constraints(),
    // Refused in other words by their operations.
    "CopyImageRequest.Name",
    "CreateImageRequest.Name",
    "DescribeInstanceTypesRequest.InstanceTypes",
    "TagSpecification.ResourceType",
  );
  const { OnDemandOptionsRequest, SpotOptionsRequest } = model;
  return {
    ...Object.fromEntries(
      Object.entries(model)
        .filter(([shape]) => !isTemplateData(shape))
        .map(([shape, members]) => [shape, withNewerTypes(members)]),
    ),
    OnDemandOptionsRequest: withLowestPrice(OnDemandOptionsRequest),
    SpotOptionsRequest: withLowestPrice(SpotOptionsRequest),
    // The model has no limit: https://github.com/aws/aws-sdk-ruby/pull/2575
    DescribeInstancesRequest: { MaxResults: { min: 5 } },
  };
}

type Members = Constraints[string];

/**
 * Whether a shape belongs to the data of a launch template, which EC2 stores although it is not valid:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ValidationWarning.html
 */
function isTemplateData(shape: string): boolean {
  if (shape === "LaunchTemplateOverrides") return false;
  return shape === "RequestLaunchTemplateData" || shape.startsWith("LaunchTemplate");
}

/** EC2 Fleet also accepts Spot Fleet's name: https://github.com/awsdocs/aws-cloudformation-user-guide/pull/402 */
function withLowestPrice({ AllocationStrategy: strategy, ...others }: Members): Members {
  const allowed = [...(strategy.enum ?? []), "lowestPrice"];
  return { ...others, AllocationStrategy: { ...strategy, enum: allowed } };
}

function withNewerTypes({ InstanceType, ...others }: Members): Members {
  if (!InstanceType?.enum) return { ...others, ...(InstanceType && { InstanceType }) };
  return { ...others, InstanceType: instanceTypes(InstanceType.enum) };
}

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
const SIZES = "nano|micro|small|medium|large|\\d*xlarge|metal(?:-\\d+xl)?";

/**
 * Returns the constraint of instance types: those of the model, and the well-formed ones of families that the model
 * does not know, since AWS adds families each month.
 */
export function instanceTypes(known: readonly string[]): Constraint {
  const families = new Set(known.map((type) => type.split(".")[0]));
  const anyOf = (names: Iterable<string>) => `(?:${[...names].join("|").replaceAll(".", "\\.")})`;
  const newer = `(?!${anyOf(families)}\\.)[a-z][a-z0-9-]*\\d[a-z0-9-]*\\.(?:${SIZES})`;
  return { pattern: `${anyOf(known)}|${newer}` };
}
