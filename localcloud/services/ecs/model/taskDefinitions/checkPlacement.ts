import type {
  AwsVpcConfiguration,
  CapacityProviderStrategyItem,
  CreateServiceRequest,
} from "@aws-sdk/client-ecs";
import { AwsError } from "../../../../core/errors";
import { invalidParameter } from "../errors";
import { isOfFargate } from "../capacity/fargateProviders";
import type { TaskDefinitionRevision } from "../model";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html */
const PLATFORM_VERSION = /^(LATEST|1\.[0-4]\.0)$/;

/** Where tasks run, and their network. */
type Placed = Pick<
  CreateServiceRequest,
  "networkConfiguration" | "placementConstraints" | "placementStrategy" | "platformVersion"
> & {
  readonly launchType?: string;
  readonly capacityProviderStrategy?: readonly CapacityProviderStrategyItem[];
};

/** Refuses a request that says in both ways where its tasks run. */
export function checkLaunch({
  launchType,
  capacityProviderStrategy,
}: Pick<CreateServiceRequest, "launchType" | "capacityProviderStrategy">): void {
  if (launchType !== undefined && capacityProviderStrategy?.length)
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
}

/** Checks that the task definition can run where the service or the request places it. */
export function checkPlacement({ definition }: TaskDefinitionRevision, placed: Placed): void {
  const { launchType, platformVersion } = placed;
  const onFargate = launchType === "FARGATE" || isOfFargate(placed.capacityProviderStrategy ?? []);
  if (launchType === "FARGATE" && !definition.compatibilities?.includes("FARGATE"))
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  if (launchType === "EXTERNAL")
    throw invalidParameter("Task definition does not support launch_type EXTERNAL.");
  if (launchType === "EC2" && platformVersion !== undefined)
    throw invalidParameter("The platform version must be null when specifying an EC2 launch type.");
  if (onFargate) checkFargate(placed);
  const network = placed.networkConfiguration?.awsvpcConfiguration;
  if (definition.networkMode === "awsvpc") checkNetwork(network, onFargate);
  else if (network)
    throw invalidParameter(
      "Network Configuration is not valid for the given networkMode of this task definition.",
    );
}

/** The sentences are quoted in https://github.com/GetSimpl/cloudlift/pull/138 */
function checkFargate({ platformVersion, ...placed }: Placed): void {
  if (placed.placementConstraints?.length)
    throw invalidParameter("Placement constraints are not supported with FARGATE launch type.");
  if (placed.placementStrategy?.length)
    throw invalidParameter("Placement strategies are not supported with FARGATE launch type.");
  if (platformVersion !== undefined && !PLATFORM_VERSION.test(platformVersion))
    throw new AwsError(
      "PlatformUnknownException",
      `The specified platform version does not exist: ${platformVersion}.`,
    );
}

function checkNetwork(network: AwsVpcConfiguration | undefined, onFargate: boolean): void {
  if (!network)
    throw invalidParameter(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  const { subnets = [], securityGroups = [], assignPublicIp } = network;
  if (subnets.length === 0) throw invalidParameter("subnets can not be empty.");
  if (subnets.length > MAX_SUBNETS)
    throw invalidParameter(`subnets can have at most ${MAX_SUBNETS} items.`);
  if (securityGroups.length > MAX_SECURITY_GROUPS)
    throw invalidParameter(`securityGroups can have at most ${MAX_SECURITY_GROUPS} items.`);
  // https://github.com/hashicorp/waypoint/issues/643
  if (assignPublicIp === "ENABLED" && !onFargate)
    throw invalidParameter("Assign public IP is not supported for this launch type.");
}
