import type { PolicyResource } from "../../../policies/rule";
import { ecsRules } from "../../../policies/rules/ecs";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const task = (props: Props): PolicyResource =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "task", props);
const container = (more: Props): PolicyResource =>
  task({ containerDefinitions: JSON.stringify([{ name: "web", ...more }]) });
const cluster = (value: string): PolicyResource =>
  resource("aws:ecs/cluster:Cluster", "cluster", {
    settings: [{ name: "containerInsights", value }],
  });
const service = (props: Props): PolicyResource =>
  resource("aws:ecs/service:Service", "service", props);
const efs = (transitEncryption?: string): PolicyResource =>
  task({ volumes: [{ efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption } }] });
const logs = { logDriver: "awslogs" };

describeRules("ECS", ecsRules, {
  "AwsSolutions-ECS2": {
    red: [
      {
        graph: [container({ environment: [{ name: "DB_PASSWORD", value: "hunter2" }] })],
        says: "DB_PASSWORD of web holds a credential",
      },
    ],
    green: [
      [container({ environment: [{ name: "TABLE", value: "comments" }] })],
      [container({ secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:aws:ssm:::parameter/db" }] })],
      [task({})],
    ],
  },
  "AwsSolutions-ECS4": {
    red: [
      { graph: [cluster("disabled")], says: "containerInsights is off" },
      { graph: [resource("aws:ecs/cluster:Cluster", "cluster")], says: "containerInsights is off" },
    ],
    green: [[cluster("enabled")], [cluster("enhanced")]],
  },
  "AwsSolutions-ECS7": {
    red: [{ graph: [container({})], says: "container web has no logConfiguration" }],
    green: [[container({ logConfiguration: logs })]],
  },
  CKV_AWS_97: {
    red: [
      { graph: [efs()], says: "without TLS" },
      { graph: [efs("DISABLED")], says: "without TLS" },
    ],
    green: [[efs("ENABLED")], [task({ volumes: [{ name: "scratch" }] })]],
  },
  CKV_AWS_249: {
    red: [
      { graph: [task({ executionRoleArn: "arn", taskRoleArn: "arn" })], says: "the same role" },
    ],
    green: [
      [task({ executionRoleArn: "arn", taskRoleArn: "other" })],
      [task({ executionRoleArn: "arn" })],
    ],
  },
  CKV_AWS_332: {
    red: [{ graph: [service({ platformVersion: "1.3.0" })], says: "platform version 1.3.0" }],
    green: [[service({})], [service({ platformVersion: "LATEST" })]],
  },
  CKV_AWS_333: {
    red: [
      {
        graph: [service({ networkConfiguration: { assignPublicIp: true } })],
        says: "public addresses",
      },
    ],
    green: [[service({ networkConfiguration: { assignPublicIp: false } })], [service({})]],
  },
  CKV_AWS_334: {
    red: [{ graph: [container({ privileged: true })], says: "container web is privileged" }],
    green: [[container({ privileged: false })]],
  },
  CKV_AWS_335: {
    red: [{ graph: [task({ pidMode: "host" })], says: "pidMode is host" }],
    green: [[task({ pidMode: "task" })], [task({})]],
  },
});
