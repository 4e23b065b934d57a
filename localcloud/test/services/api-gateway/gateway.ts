import * as lambdaSdk from "@aws-sdk/client-lambda";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  type Integration,
  type IntegrationResponse,
  type Method,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { Cloud } from "../../../cloud/cloud";
import { startCloud } from "../../../cloud/cloud";
import type { PolicyDocument } from "../../../core/policyDocument";
import type { ServiceDefinition } from "../../../core/service";
import { AwsError } from "../../../core/errors";
import { apiGateway } from "../../../services/api-gateway";
import { iam } from "../../../services/iam";
import { sts } from "../../../services/sts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
export const LAMBDA_PREFIX = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions`;

/** A function of the fake Lambda service; it throws to simulate a failed function. */
export interface FakeFunction {
  handle(event: unknown): unknown;
  policy?: PolicyDocument;
}

export interface InvokeInput {
  FunctionName: string;
  Qualifier?: string;
  Payload: Uint8Array;
  InvocationType?: string;
}

/** A fake Lambda service with functions of the test, by `name` or `name:alias`. */
export class FakeLambda {
  readonly functions = new Map<string, FakeFunction>();
  readonly calls: InvokeInput[] = [];

  /** Adds a function that the whole API may invoke. */
  add(name: string, handle: FakeFunction["handle"], policy = allowGateway()): string {
    this.functions.set(name, { handle, policy });
    return `${LAMBDA_PREFIX}/${functionArn(name)}/invocations`;
  }

  get definition(): ServiceDefinition<FakeLambda> {
    return {
      name: "lambda",
      signingName: "lambda",
      iamPrefix: "lambda",
      sdk: () => lambdaSdk,
      createStore: () => this,
      operations: {
        Invoke: {
          access: (input: InvokeInput) => [
            {
              action: "lambda:InvokeFunction",
              resource: input.FunctionName + (input.Qualifier ? `:${input.Qualifier}` : ""),
              resourcePolicy: this.functions.get(nameOf(input))?.policy,
            },
          ],
          run: (input: InvokeInput) => this.invoke(input),
        },
      },
    };
  }

  private async invoke(input: InvokeInput): Promise<object> {
    this.calls.push(input);
    const found = this.functions.get(nameOf(input));
    if (!found) throw new AwsError("ResourceNotFoundException", "Function not found");
    if (input.InvocationType === "Event") return { StatusCode: 202, Payload: new Uint8Array() };
    try {
      const event: unknown = JSON.parse(Buffer.from(input.Payload).toString());
      const result = await found.handle(event);
      const text = result === undefined ? "null" : JSON.stringify(result);
      return { StatusCode: 200, Payload: Buffer.from(text) };
    } catch (error) {
      const errorMessage = error instanceof Error ? error.message : String(error);
      const payload = JSON.stringify({ errorMessage, errorType: "Error", trace: [] });
      return { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from(payload) };
    }
  }
}

function nameOf({ FunctionName, Qualifier }: InvokeInput): string {
  return FunctionName.split(":")[6] + (Qualifier ? `:${Qualifier}` : "");
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

/** Returns the permission with which API Gateway may invoke a function on behalf of `sourceArn` (default: any). */
export function allowGateway(sourceArn = "arn:aws:execute-api:*:*:*"): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: "*",
        Condition: { ArnLike: { "AWS:SourceArn": sourceArn } },
      },
    ],
  };
}

export interface Gateway {
  readonly cloud: Cloud;
  readonly client: APIGatewayClient;
  readonly lambda: FakeLambda;
  close(): Promise<void>;
}

/** Starts a cloud with a manual clock, API Gateway, IAM, a fake Lambda and the test's other services. */
export async function startGateway(
  more: readonly ServiceDefinition<never>[] = [],
): Promise<Gateway> {
  const lambda = new FakeLambda();
  const cloud = await startCloud({
    clock: "manual",
    services: [apiGateway, iam, sts, lambda.definition, ...more] as ServiceDefinition<never>[],
  });
  const client = new APIGatewayClient({
    endpoint: cloud.endpoint,
    region: REGION,
    credentials: { accessKeyId: "AKIAROOTROOTROOTROOT", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  return {
    cloud,
    client,
    lambda,
    close: async () => {
      client.destroy();
      await cloud.close();
    },
  };
}

/** A method with its integration and responses, in the notation of tests. */
export interface MethodSpec extends Omit<Partial<Method>, "methodResponses"> {
  readonly integration: Partial<Integration> & Pick<Integration, "type">;
  /** Integration responses by status; for each there is a method response that declares its headers. */
  readonly responses?: Readonly<Record<string, Omit<IntegrationResponse, "statusCode">>>;
}

/** An API whose methods are given as `GET /path`. */
export class TestApi {
  readonly resourceIds = new Map<string, string>();

  private constructor(
    readonly gateway: Gateway,
    readonly id: string,
    rootId: string,
  ) {
    this.resourceIds.set("/", rootId);
  }

  static async create(gateway: Gateway, settings: object = {}): Promise<TestApi> {
    const api = await gateway.client.send(new CreateRestApiCommand({ name: "test", ...settings }));
    return new TestApi(gateway, String(api.id), String(api.rootResourceId));
  }

  async resource(path: string): Promise<string> {
    const known = this.resourceIds.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf("/");
    const parentId = await this.resource(cut === 0 ? "/" : path.slice(0, cut));
    const created = await this.gateway.client.send(
      new CreateResourceCommand({ restApiId: this.id, parentId, pathPart: path.slice(cut + 1) }),
    );
    this.resourceIds.set(path, String(created.id));
    return String(created.id);
  }

  async method(route: string, spec: MethodSpec): Promise<void> {
    const { client } = this.gateway;
    const [httpMethod, path] = route.split(" ");
    const resourceId = await this.resource(path);
    const place = { restApiId: this.id, resourceId, httpMethod };
    const { integration, responses = {}, ...method } = spec;
    await client.send(new PutMethodCommand({ authorizationType: "NONE", ...method, ...place }));
    const { httpMethod: integrationHttpMethod, ...rest } = integration;
    await client.send(
      new PutIntegrationCommand({
        ...rest,
        integrationHttpMethod,
        ...place,
        type: integration.type,
      }),
    );
    for (const [statusCode, response] of Object.entries(responses)) {
      const declared = Object.keys(response.responseParameters ?? {}).map((key) => [key, false]);
      await client.send(
        new PutMethodResponseCommand({
          ...place,
          statusCode,
          responseParameters: Object.fromEntries(declared) as Record<string, boolean>,
        }),
      );
      await client.send(new PutIntegrationResponseCommand({ ...response, ...place, statusCode }));
    }
  }

  /** Deploys to a stage and returns its id. */
  async deploy(stageName = "dev", variables?: Record<string, string>): Promise<string> {
    const deployment = await this.gateway.client.send(
      new CreateDeploymentCommand({ restApiId: this.id, stageName, variables }),
    );
    return String(deployment.id);
  }

  async setStage(changes: Record<string, string>, stageName = "dev"): Promise<void> {
    await this.gateway.client.send(
      new UpdateStageCommand({
        restApiId: this.id,
        stageName,
        patchOperations: Object.entries(changes).map(([path, value]) => ({
          op: "replace" as const,
          path,
          value,
        })),
      }),
    );
  }

  url(path: string, stageName = "dev"): string {
    return `${this.gateway.cloud.endpoint}/restapis/${this.id}/${stageName}/_user_request_${path}`;
  }

  fetch(path: string, init?: RequestInit, stageName?: string): Promise<Response> {
    return fetch(this.url(path, stageName), init);
  }
}

/** Returns a mock integration that responds with 200 and the template's text. */
export function mock(template = '{"ok":true}', more: Partial<MethodSpec> = {}): MethodSpec {
  return {
    integration: { type: "MOCK", requestTemplates: { "application/json": '{"statusCode":200}' } },
    responses: { "200": { responseTemplates: { "application/json": template } } },
    ...more,
  };
}

/** Returns the AWS error of a call that must fail. */
export async function errorOf(call: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
  }
  throw new Error("The call did not fail.");
}
