import { expect } from "chai";
import { ZipToLambdaPipeline, type ZipToLambdaPipelineArgs } from "../../../../components";
import type { PolicyResource } from "../../../../policies/rule";
import { componentGraph } from "../../../support/graph/componentGraph";

/**
 * Types of resources that AWS does not bill by the hour: they cost nothing, or are billed by the request, by stored
 * bytes, or by the month (alarms). A type that is missing here must be looked up on AWS's pricing pages first.
 */
const NOT_BY_THE_HOUR = new Set([
  "autoscaling/group:Group",
  "cloudwatch/eventRule:EventRule",
  "cloudwatch/eventTarget:EventTarget",
  "cloudwatch/logGroup:LogGroup",
  "cloudwatch/logMetricFilter:LogMetricFilter",
  "cloudwatch/metricAlarm:MetricAlarm",
  "dynamodb/table:Table",
  "ec2/launchTemplate:LaunchTemplate",
  "ec2/securityGroup:SecurityGroup",
  "iam/instanceProfile:InstanceProfile",
  "iam/policy:Policy",
  "iam/role:Role",
  "iam/rolePolicy:RolePolicy",
  "lambda/eventSourceMapping:EventSourceMapping",
  "lambda/function:Function",
  "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "lambda/invocation:Invocation",
  "lambda/permission:Permission",
  "s3/bucket:Bucket",
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "s3/bucketNotification:BucketNotification",
  "s3/bucketObjectv2:BucketObjectv2",
  "s3/bucketOwnershipControls:BucketOwnershipControls",
  "s3/bucketPolicy:BucketPolicy",
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "s3/bucketVersioning:BucketVersioning",
  "sqs/queue:Queue",
  "sqs/queuePolicy:QueuePolicy",
  "ssm/parameter:Parameter",
]);

const INSTANCES = { vpcId: "vpc-1", subnetIds: ["subnet-1"] };
const EVERYTHING: ZipToLambdaPipelineArgs = {
  storage: "reference",
  verify: async () => true,
  appDefaults: { http: "functionUrl", reservedConcurrency: 5 },
  uploaders: { ci: { apps: ["web"], principals: ["arn:aws:iam::123456789012:role/ci"] } },
};

describe("an idle ZipToLambdaPipeline", function () {
  this.timeout(60_000);

  for (const [worker, args] of [
    ["a function", EVERYTHING],
    ["instances", { ...EVERYTHING, worker: "instances", instances: INSTANCES }],
  ] as const)
    it(`has nothing that AWS bills by the hour, with ${worker} as worker`, async () => {
      const resources = await componentGraph(
        () => new ZipToLambdaPipeline("apps", { alarmActions: [], ...args }),
      );
      const own = resources.filter(({ type }) => type.startsWith("aws:"));
      const billed = own.filter(({ type }) => !NOT_BY_THE_HOUR.has(type.slice("aws:".length)));
      expect(billed.map(({ type }) => type)).to.deep.equal([]);
      const propsOf = (end: string): PolicyResource["props"][] =>
        own.filter(({ type }) => type.endsWith(end)).map(({ props }) => props);
      expect(propsOf(":Table").map((one) => one.billingMode)).to.deep.equal(["PAY_PER_REQUEST"]);
      // A group without desired capacity begins with its minimum.
      const groups = propsOf(":Group").map((one) => [one.minSize, one.desiredCapacity]);
      expect(groups).to.deep.equal(args.worker === "instances" ? [[0, undefined]] : []);
      // An advanced parameter is billed by the month, and a warm pool keeps instances.
      expect(propsOf(":Parameter").some((one) => one.tier === "Advanced")).to.equal(false);
      expect(propsOf(":Group").some((one) => one.warmPool !== undefined)).to.equal(false);
    });
});
