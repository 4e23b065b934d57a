import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { ZipToLambdaPipeline } from "../../components";

// pulumi config set vpcId vpc-0123456789abcdef0
// pulumi config set --path 'subnetIds[0]' subnet-0123456789abcdef0
const config = new pulumi.Config();
const vpcId = config.get("vpcId");
const onInstances = vpcId !== undefined && {
  worker: "instances" as const,
  instances: { vpcId, subnetIds: config.requireObject<string[]>("subnetIds"), max: 2 },
};

const pipeline = new ZipToLambdaPipeline("apps", {
  // LIVE moves to a version only after this check has passed.
  verify: async ({ name, invoke }) => {
    const answer = await invoke<{ statusCode?: number } | undefined>({ name: "verify" });
    if (answer === undefined) throw new Error(`${name} answered nothing`);
    return true;
  },
  apps: {
    hello: { memorySize: 256, environment: { GREETING: "Hello" } },
  },
  keepVersions: 3,
  // Without a VPC a Lambda function processes the zips.
  ...onInstances,
  onDelete: "remove",
  alarmActions: [],
  forceDestroy: true,
});

export const appsBucketName = pipeline.bucketName;
export const appFunctionPrefix = pipeline.functionPrefix;
