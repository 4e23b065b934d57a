import * as aws from "@pulumi/aws";
import { SpotFleetScaler } from "../../../../components";

const template = new aws.ec2.LaunchTemplate("node", {
  imageId: "ami-0123456789abcdef0",
  instanceType: "m5.large",
});
const role = new aws.iam.Role("fleet", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "spotfleet.amazonaws.com" }),
});
const launches = new aws.iam.RolePolicy("fleet", {
  role: role.id,
  policy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["ec2:RunInstances", "ec2:TerminateInstances"], Resource: "*" },
    ],
  },
});
const overrides = ["m5.large", "m5a.large"].map((instanceType) => ({ instanceType }));

const spot = new aws.ec2.SpotFleetRequest(
  "spot",
  {
    iamFleetRole: role.arn,
    targetCapacity: 1,
    allocationStrategy: "priceCapacityOptimized",
    terminateInstancesOnDelete: "true",
    launchTemplateConfigs: [
      { launchTemplateSpecification: { id: template.id, version: "1" }, overrides },
    ],
  },
  { dependsOn: launches, ignoreChanges: ["targetCapacity"] },
);

const fleet = new aws.ec2.Fleet(
  "newer",
  {
    targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 1 },
    terminateInstances: true,
    launchTemplateConfigs: [
      {
        launchTemplateSpecification: { launchTemplateId: template.id, version: "1" },
        overrides,
      },
    ],
  },
  { ignoreChanges: ["targetCapacitySpecification"] },
);

const limits = {
  min: 1,
  max: 6,
  metric: "cpu",
  target: 60,
  excess: "terminate",
  capacityTimeout: 300,
} as const;
const older = new SpotFleetScaler("older", { fleet: spot, ...limits });
const newer = new SpotFleetScaler("newer", { fleet, ...limits });
const watcher = new SpotFleetScaler("watcher", { fleet, ...limits, mode: "observe" });

export const spotFleetId = spot.id;
export const ec2FleetId = fleet.id;
export const olderFunction = older.functionName;
export const newerFunction = newer.functionName;
export const watcherFunction = watcher.functionName;
export const olderTable = older.auditTableName;
export const newerTable = newer.auditTableName;
export const olderCapacityAlarm = older.capacityAlarm.name;
