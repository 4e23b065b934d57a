import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
// In a project of your own: from "aws-callbacks".
import { pinnedImage, WebhookRedeployer } from "../../components";

const config = new pulumi.Config();
/** Megabytes of memory of a task. */
const memory = config.getNumber("memory") ?? 128;

const cluster = new aws.ecs.Cluster("demo");

const taskRole = new aws.iam.Role("web-task", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "ecs-tasks.amazonaws.com" }),
});

// The image that the webhook deployed last, and before that the default.
const image = pinnedImage({ family: "demo-web", container: "web", default: "acme/web:1.0" });

const taskDefinition = new aws.ecs.TaskDefinition("web", {
  family: "demo-web",
  taskRoleArn: taskRole.arn,
  containerDefinitions: pulumi.jsonStringify([{ name: "web", image, memory, essential: true }]),
  // The webhook creates revisions too: continue from the newest, and keep the old ones for rollbacks.
  trackLatest: true,
  skipDestroy: true,
  tags: { team: "shop" },
});

const service = new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: taskDefinition.arn,
  desiredCount: 2,
  deploymentCircuitBreaker: { enable: true, rollback: true },
});

// A job that something else starts: no service runs it, but it gets new revisions too.
const report = "demo-report";
new aws.ecs.TaskDefinition("report", {
  family: report,
  containerDefinitions: pulumi.jsonStringify([
    {
      name: "report",
      image: pinnedImage({ family: report, container: "report", default: "acme/web:1.0" }),
      command: ["report"],
      memory,
    },
  ]),
  trackLatest: true,
  skipDestroy: true,
});

const redeploy = new WebhookRedeployer("redeploy", {
  repositories: ["acme/web"],
  clusters: [cluster.name],
  families: ["demo-*"],
  passRoles: [taskRole.arn],
  // Released versions only: "latest" and "1.2.0-rc.1" are acknowledged and ignored.
  tagPolicy: { semver: ">=1" },
  keepRevisions: 3,
  alarmActions: [],
});

export const webhookUrl = redeploy.webhookUrl;
export const clusterName = cluster.name;
export const serviceName = service.name;
export const taskDefinitionArn = taskDefinition.arn;
export const workerFunctionName = redeploy.workerFunctionName;
export const resultsTableName = redeploy.table.name;
