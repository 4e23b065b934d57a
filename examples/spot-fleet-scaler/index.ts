import * as aws from "@pulumi/aws";
// In a project of your own: from "aws-callbacks".
import { SpotFleetScaler } from "../../components";

const template = new aws.ec2.LaunchTemplate("worker", {
  imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
  instanceType: "m5.large",
  metadataOptions: { httpTokens: "required" },
  // Datapoints of a minute instead of five.
  monitoring: { enabled: true },
});

const fleet = new aws.ec2.Fleet(
  "workers",
  {
    targetCapacitySpecification: { defaultTargetCapacityType: "spot", totalTargetCapacity: 2 },
    spotOptions: { allocationStrategy: "priceCapacityOptimized" },
    terminateInstances: true,
    launchTemplateConfigs: [
      {
        launchTemplateSpecification: { launchTemplateId: template.id, version: "$Latest" },
        overrides: [
          { instanceType: "m5.large", weightedCapacity: 1 },
          { instanceType: "m5a.large", weightedCapacity: 1 },
          { instanceType: "m5.xlarge", weightedCapacity: 2 },
        ],
      },
    ],
  },
  // The scaler sets it.
  { ignoreChanges: ["targetCapacitySpecification"] },
);

const scaler = new SpotFleetScaler("workers", {
  fleet,
  min: 2,
  max: 20,
  metric: "cpu",
  target: 60,
  excess: "terminate",
});

export const fleetId = fleet.id;
export const decisionsTable = scaler.auditTableName;
export const fleetScalerFunctionName = scaler.function.name;
