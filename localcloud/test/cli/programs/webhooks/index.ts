// Two webhooks with a secret as the last part of their URL, and a service whose image a push may replace.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const api = new aws.apigateway.RestApi("webhooks");
const restApi = api.id;

function webhook(pathPart: string): pulumi.Resource {
  const name = { pathPart, parentId: api.rootResourceId, restApi };
  const parent = new aws.apigateway.Resource(pathPart, name).id;
  const token = { pathPart: "{token}", parentId: parent, restApi };
  const resourceId = new aws.apigateway.Resource(`${pathPart}-token`, token).id;
  const at = { restApi, resourceId, httpMethod: "POST" };
  const method = new aws.apigateway.Method(pathPart, { ...at, authorization: "NONE" });
  const requestTemplates = { "application/json": '{"statusCode": 200}' };
  const mock = { ...at, type: "MOCK", requestTemplates };
  const integration = new aws.apigateway.Integration(pathPart, mock, { dependsOn: [method] });
  const answer = { ...at, statusCode: "200" };
  const response = new aws.apigateway.MethodResponse(pathPart, answer, { dependsOn: [method] });
  const dependsOn = [integration, response];
  return new aws.apigateway.IntegrationResponse(pathPart, answer, { dependsOn });
}

const dependsOn = ["generated", "configured"].map(webhook);
const deployment = new aws.apigateway.Deployment("webhooks", { restApi }, { dependsOn }).id;
const stage = new aws.apigateway.Stage("v1", { restApi, deployment, stageName: "v1" });

const cluster = new aws.ecs.Cluster("cluster").arn;
const taskDefinition = new aws.ecs.TaskDefinition("task", {
  family: "task",
  containerDefinitions: JSON.stringify([{ name: "app", image: "acme/api:2.9", memory: 64 }]),
}).arn;
new aws.ecs.Service("service", { cluster, taskDefinition, desiredCount: 1 });

const configured = new pulumi.Config().requireSecret("token");
export const generatedWebhookUrl = pulumi.secret(
  pulumi.interpolate`${stage.invokeUrl}/generated/made-here`,
);
export const configuredWebhookUrl = pulumi.interpolate`${stage.invokeUrl}/configured/${configured}`;
