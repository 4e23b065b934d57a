import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { pinnedImage, type WebhookRedeployer } from "../../components";
import { redeployer } from "../common";
import type { Settings } from "../settings";
import { demoCount } from "./scaler";

/** What a push of the demo image redeploys: a service, and a job that no service runs. */
const FAMILIES = { web: "demo-web", report: "demo-report" };

/** A webhook for Docker Hub, and a small shop that runs `acme/web`: push a tag and watch its service roll. */
export function redeployDemo(settings: Settings): {
  readonly redeploy: WebhookRedeployer;
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
} {
  const cluster = new aws.ecs.Cluster("demo", {
    // Billed by metric; without it nobody sees why a task died (AwsSolutions-ECS4).
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
    // A demo need not wait a minute for further tags.
    debounceSeconds: 5,
  });
  return { redeploy, cluster, service };
}

/** One container that runs what was deployed last, and what the program says until then. */
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
