import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { pinnedImage, type PolicyException } from "../../components";
import { createNetwork, type Network, networkExceptions } from "./network";
import type { ShopSettings } from "../settings";

export interface ShopArgs extends Omit<ShopSettings, "service"> {
  readonly logRetentionInDays: number;
}

/**
 * A Fargate service that runs `acme/web`, in an existing network or a new one. What it creates that is billed per hour
 * is its tasks, and the NAT gateways that `natGateways` requests.
 */
export class Shop extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;
  readonly family: string;
  /** Starts the tasks: pulls their image, writes their logs. They have no task role: they call no AWS API. */
  readonly executionRole: aws.iam.Role;
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: ShopArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws-callbacks:stacks:Shop", name, { policyExceptions: exceptions(name, args) }, opts);
    const parentOpts = { parent: this };
    const { network: existing, natGateways } = args;
    this.family = `${name}-web`;
    this.cluster = new aws.ecs.Cluster(
      name,
      // Billed per metric; without it nobody sees why a task stopped (AwsSolutions-ECS4).
      { settings: [{ name: "containerInsights", value: "enabled" }] },
      parentOpts,
    );
    const logGroup = new aws.cloudwatch.LogGroup(
      this.family,
      { retentionInDays: args.logRetentionInDays },
      parentOpts,
    );
    this.executionRole = createExecutionRole(`${this.family}-start`, logGroup, parentOpts);
    const taskDefinition = createTaskDefinition(this, logGroup, args);
    const network: Network = existing
      ? {
          subnetIds: [...existing.subnetIds],
          securityGroupIds: [...existing.securityGroupIds],
          assignPublicIp: existing.assignPublicIp ?? false,
        }
      : createNetwork(name, natGateways, parentOpts);
    const service = {
      cluster: this.cluster.arn,
      taskDefinition: taskDefinition.arn,
      desiredCount: args.desiredCount,
      platformVersion: "LATEST",
      networkConfiguration: {
        subnets: network.subnetIds,
        securityGroups: network.securityGroupIds,
        assignPublicIp: network.assignPublicIp,
      },
      deploymentCircuitBreaker: { enable: true, rollback: true },
    };
    // With an existing network AWSX creates nothing, so its plugin is not needed.
    this.serviceName = existing
      ? new aws.ecs.Service(this.family, { ...service, launchType: "FARGATE" }, parentOpts).name
      : new awsx.ecs.FargateService(
          this.family,
          // The circuit breaker rolls back tasks that do not start; `up` need not wait for it.
          { ...service, continueBeforeSteadyState: true },
          parentOpts,
        ).service.name;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}

function exceptions(name: string, { network, natGateways }: ShopArgs): PolicyException[] {
  const hasPublicTasks = network ? network.assignPublicIp === true : natGateways === "None";
  const publicTasks = {
    rule: "CKV_AWS_333",
    resource: `${name}-web`,
    reason:
      "Without NAT gateways a task reaches its registry by an address of its own; nothing connects to it.",
  };
  return [...(network ? [] : networkExceptions(name)), ...(hasPublicTasks ? [publicTasks] : [])];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
function createExecutionRole(
  name: string,
  logGroup: aws.cloudwatch.LogGroup,
  opts: pulumi.CustomResourceOptions,
): aws.iam.Role {
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({
        Service: "ecs-tasks.amazonaws.com",
      }),
    },
    opts,
  );
  const policy = pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logGroup.arn}:log-stream:*`,
      },
    ],
  });
  new aws.iam.RolePolicy(name, { role: role.id, policy }, opts);
  return role;
}

/** One container with the image that was deployed last, or the given default before the first deployment. */
function createTaskDefinition(
  self: Shop,
  logGroup: aws.cloudwatch.LogGroup,
  { cpu, memory }: ShopArgs,
): aws.ecs.TaskDefinition {
  const { family } = self;
  const opts = { parent: self };
  const image = pinnedImage({ family, container: "web", default: "acme/web:1.0" }, opts);
  const options = {
    "awslogs-group": logGroup.name,
    "awslogs-region": aws.getRegionOutput({}, opts).region,
    "awslogs-stream-prefix": "web",
  };
  return new aws.ecs.TaskDefinition(
    family,
    {
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(cpu),
      memory: String(memory),
      executionRoleArn: self.executionRole.arn,
      containerDefinitions: pulumi.jsonStringify([
        { name: "web", image, logConfiguration: { logDriver: "awslogs", options } },
      ]),
      // The webhook creates revisions too: continue from the newest, and keep the old ones for rollbacks.
      trackLatest: true,
      skipDestroy: true,
      // A new revision inherits the tags.
      tags: { app: self.family },
    },
    opts,
  );
}
