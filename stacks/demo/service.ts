import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { pinnedImage, type WebhookRedeployer } from "../../components";
import { redeployer } from "../common";
import type { Settings } from "../settings";
import { demoCount } from "./scaler";

/** Families that a push of the demo image redeploys: of a service, and of a job that no service runs. */
const FAMILIES = { web: "demo-web", report: "demo-report" };

/** A webhook for Docker Hub, and a small shop that runs `acme/web`: push a tag and watch its service being updated. */
export function redeployDemo(settings: Settings): {
  readonly redeploy: WebhookRedeployer;
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
} {
  const cluster = new aws.ecs.Cluster("demo", {
    // Billed per metric; without it nobody sees why a task stopped (AwsSolutions-ECS4).
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
  const web = taskDefinition("web");
  taskDefinition("report");
  const service = new aws.ecs.Service("demo", {
    cluster: cluster.arn,
    taskDefinition: web.arn,
    desiredCount: demoCount(),
    deploymentCircuitBreaker: { enable: true, rollback: true },
  });
  const redeploy = redeployer(settings, {
    clusters: [cluster.name],
    families: Object.values(FAMILIES),
    passRoles: [],
    // Short, since a demo need not wait a minute for further tags.
    debounceSeconds: 5,
  });
  return { redeploy, cluster, service };
}

/** One container with the image that was deployed last, or the given default before the first deployment. */
function taskDefinition(container: keyof typeof FAMILIES): aws.ecs.TaskDefinition {
  const family = FAMILIES[container];
  const image = pinnedImage({ family, container, default: "acme/web:1.0" });
  return new aws.ecs.TaskDefinition(family, {
    family,
    containerDefinitions: pulumi.jsonStringify([
      { name: container, image, memory: 128, logConfiguration: { logDriver: "json-file" } },
    ]),
    trackLatest: true,
    skipDestroy: true,
    tags: { demo: "redeploy" },
  });
}
