import { APIGatewayClient, type PatchOperation } from "@aws-sdk/client-api-gateway";
import { client } from "../../../../provider/clients";
import type { Made, ProviderBench } from "../../../support/resourceLifecycle";

export const gateway = ({ context }: ProviderBench): APIGatewayClient =>
  client(APIGatewayClient, context);
export const replace = (path: string, value: string): PatchOperation[] => [
  { op: "replace", path, value },
];
export const text = (value: unknown): string => String(value);

export const LOGS_ROLE = {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "apigateway.amazonaws.com" },
      },
    ],
  }),
  forceDetachPolicies: true,
  managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"],
};

export const makeApi = (bench: ProviderBench): Promise<Made> =>
  bench.make("aws:apigateway/restApi:RestApi", {});

export async function makeMethod(bench: ProviderBench): Promise<Record<string, unknown>> {
  const { id: restApi, outputs } = await makeApi(bench);
  const resource = await bench.make("aws:apigateway/resource:Resource", {
    restApi,
    parentId: outputs.rootResourceId,
    pathPart: "things",
  });
  const key = { restApi, resourceId: resource.id, httpMethod: "GET" };
  await bench.make("aws:apigateway/method:Method", { ...key, authorization: "NONE" });
  return key;
}

export async function makeIntegration(bench: ProviderBench): Promise<Record<string, unknown>> {
  const key = await makeMethod(bench);
  await bench.make("aws:apigateway/integration:Integration", { ...key, type: "MOCK" });
  await bench.make("aws:apigateway/methodResponse:MethodResponse", { ...key, statusCode: "200" });
  return key;
}

/** Sets the account's role for logs, which every stage with logging requires. */
export async function makeAccount(bench: ProviderBench): Promise<void> {
  const role = await bench.make("aws:iam/role:Role", LOGS_ROLE);
  await bench.make("aws:apigateway/account:Account", { cloudwatchRoleArn: role.outputs.arn });
}

export async function makeStage(bench: ProviderBench): Promise<Record<string, unknown>> {
  const { restApi } = await makeIntegration(bench);
  const deployment = await bench.make("aws:apigateway/deployment:Deployment", { restApi });
  await bench.make("aws:apigateway/stage:Stage", {
    restApi,
    deployment: deployment.id,
    stageName: "dev",
  });
  return { restApi, stageName: "dev" };
}

export const childId = ({ id, inputs }: Made): string => `${text(inputs.restApi)}/${id}`;
