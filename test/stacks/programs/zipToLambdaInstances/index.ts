import * as aws from "@pulumi/aws";
import { ZipToLambdaPipeline } from "../../../../components";

/** Seconds. */
const IDLE_TIME = 120;

const vpc = new aws.ec2.Vpc("workers", { cidrBlock: "10.60.0.0/16" });
const subnet = new aws.ec2.Subnet("workers", { vpcId: vpc.id, cidrBlock: "10.60.0.0/24" });

const pipeline = new ZipToLambdaPipeline("apps", {
  worker: "instances",
  instances: {
    vpcId: vpc.id,
    subnetIds: [subnet.id],
    max: 3,
    zipsPerWorker: 2,
    // Instances are processes here, and each of their receives takes real time.
    idleTime: IDLE_TIME,
  },
  alarmActions: [],
  forceDestroy: true,
});

export const bucketName = pipeline.bucketName;
export const functionPrefix = pipeline.functionPrefix;
export const tableName = pipeline.table.name;
export const workerName = pipeline.worker.name;
export const queueUrl = pipeline.uploads.queue.url;
export const deadLettersUrl = pipeline.uploads.deadLetters.url;
export const groupName = pipeline.instances?.group.name;
export const logGroupName = pipeline.instances?.logGroup.name;
export const checkerName = pipeline.instances?.checker.function.name;
export const tickRuleName = pipeline.instances?.checker.tickRule.name;
export const instanceRole = pipeline.instances?.role.name;
