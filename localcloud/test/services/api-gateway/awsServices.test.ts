import * as dynamodbSdk from "@aws-sdk/client-dynamodb";
import { expect } from "chai";
import * as fc from "fast-check";
import { AwsError } from "../../../core/errors";
import type { ServiceDefinition } from "../../../core/service";
import {
  ACCOUNT,
  errorOf,
  REGION,
  startGateway,
  TestApi,
  type Gateway,
  type MethodSpec,
} from "./gateway";
import { createRole } from "./roles";

type Item = Record<string, { S?: string }>;

/** A DynamoDB that only stores the exact inputs of its calls. */
class FakeDynamo {
  readonly puts: { TableName: string; Item: Item }[] = [];
  failure: Error | undefined;

  readonly definition: ServiceDefinition<FakeDynamo> = {
    name: "dynamodb",
    signingName: "dynamodb",
    iamPrefix: "dynamodb",
    sdk: () => dynamodbSdk,
    createStore: () => this,
    operations: {
      PutItem: {
        access: (input: { TableName: string }) => [
          { action: "dynamodb:PutItem", resource: tableArn(input.TableName) },
        ],
        run: (input: { TableName: string; Item: Item }) => {
          if (this.failure) throw this.failure;
          this.puts.push(input);
          return {};
        },
      },
      Query: {
        access: (input: { TableName: string }) => [
          { action: "dynamodb:Query", resource: tableArn(input.TableName) },
        ],
        run: () => ({ Items: this.puts.map(({ Item }) => Item), Count: this.puts.length }),
      },
    },
  };
}

function tableArn(name: string): string {
  return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
}

/** The escape for text inside JSON that AWS documents. */
const PUT = `{"TableName":"Comments","Item":{"id":{"S":"$context.extendedRequestId"},"message":{"S":"$util.escapeJavaScript($input.path('$.message')).replaceAll("\\\\'","'")"}}}`;
const LIST = `{"comments":[#foreach($item in $input.path('$.Items'))"$util.escapeJavaScript($item.message.S).replaceAll("\\\\'","'")"#if($foreach.hasNext),#end#end]}`;
const ERRORS = `#set($type = $input.path('$.__type'))#if($type.contains("ConditionalCheckFailed"))#set($context.responseOverride.status = 409)#end{"failed":true}`;

describe("API Gateway AWS service integrations", () => {
  let gateway: Gateway;
  let dynamo: FakeDynamo;
  let api: TestApi;
  beforeEach(async () => {
    dynamo = new FakeDynamo();
    gateway = await startGateway([dynamo.definition as ServiceDefinition<never>]);
    api = await TestApi.create(gateway);
  });
  afterEach(() => gateway.close());

  const action = (name: string, credentials: string, template: string): MethodSpec => ({
    integration: {
      type: "AWS",
      httpMethod: "POST",
      uri: `arn:aws:apigateway:${REGION}:dynamodb:action/${name}`,
      credentials,
      passthroughBehavior: "NEVER",
      requestTemplates: { "application/json": template },
    },
    responses: {
      "200": { responseTemplates: name === "Query" ? { "application/json": LIST } : {} },
      "400": { selectionPattern: "4\\d{2}", responseTemplates: { "application/json": ERRORS } },
    },
  });

  async function comments(
    actions: string[] = ["dynamodb:PutItem", "dynamodb:Query"],
  ): Promise<void> {
    const role = await createRole(gateway, "comments", [
      { Action: actions, Resource: tableArn("Comments") },
    ]);
    await api.method("POST /comments", action("PutItem", role, PUT));
    await api.method("GET /comments", action("Query", role, '{"TableName":"Comments"}'));
    await api.deploy();
  }

  const post = (message: unknown): Promise<Response> =>
    api.fetch("/comments", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message }),
    });

  it("store and list any text exactly, with the role and in the service's protocol", async () => {
    await comments();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 20 }), async (text) => {
        dynamo.puts.length = 0;
        expect((await post(text)).status).to.equal(200);
        expect(dynamo.puts[0].Item.message.S).to.equal(text);
        expect(Object.keys(dynamo.puts[0].Item)).to.deep.equal(["id", "message"]);
        const list = (await (await api.fetch("/comments")).json()) as { comments: string[] };
        expect(list.comments).to.deep.equal([text]);
      }),
      { numRuns: 60 },
    );
    const call = gateway.cloud.recorder.find({ service: "dynamodb", operation: "PutItem" })[0];
    expect(call.principal).to.include({ type: "role", roleName: "comments" });
  });

  it("keep injection attacks inside the string", async () => {
    await comments();
    for (const text of [
      '","admin":{"BOOL":true},"x":"',
      '"}},"TableName":"other',
      "#set($x=1)$context.stage${",
      "it's",
    ]) {
      await post(text);
      expect(dynamo.puts.at(-1)?.Item.message.S).to.equal(text);
      expect(dynamo.puts.at(-1)?.TableName).to.equal("Comments");
    }
  });

  it("refuse other content types", async () => {
    await comments();
    const response = await api.fetch("/comments", {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: '{"TableName":"Comments","Item":{}}',
    });
    expect(response.status).to.equal(415);
    expect(dynamo.puts).to.have.length(0);
  });

  it("let templates choose the status of an error", async () => {
    await comments();
    dynamo.failure = new AwsError(
      "ConditionalCheckFailedException",
      "The conditional request failed",
    );
    const conflict = await post("x");
    expect([conflict.status, await conflict.json()]).to.deep.equal([409, { failed: true }]);
    dynamo.failure = new AwsError("ValidationException", "bad", { status: 400 });
    expect((await post("x")).status).to.equal(400);
  });

  it("do only what the role allows", async () => {
    await comments(["dynamodb:Query"]);
    expect((await post("x")).status).to.equal(400);
    expect(dynamo.puts).to.have.length(0);
    expect((await api.fetch("/comments")).status).to.equal(200);
  });

  it("respond with 500 for a role that does not trust API Gateway", async () => {
    const role = await createRole(gateway, "other", [], "lambda.amazonaws.com");
    await api.method("GET /", action("Query", role, "{}"));
    await api.deploy();
    const response = await api.fetch("/");
    expect([response.status, await response.json()]).to.deep.equal([
      500,
      { message: "Internal server error" },
    ]);
  });

  it("respond with NotImplemented for unsupported services", async () => {
    const role = await createRole(gateway, "r", []);
    await api.method("GET /", {
      ...action("Query", role, "{}"),
      integration: {
        ...action("Query", role, "{}").integration,
        uri: `arn:aws:apigateway:${REGION}:appsync:action/Query`,
      },
    });
    await api.deploy();
    const response = await api.fetch("/");
    expect(response.status).to.equal(501);
    expect(await response.text()).to.include("appsync");
  });

  it("require iam:PassRole of a caller that puts an integration", async () => {
    const role = await createRole(gateway, "passed", []);
    await createRole(
      gateway,
      "deployer",
      [{ Action: "apigateway:*", Resource: "*" }],
      "lambda.amazonaws.com",
    );
    const { principal } = gateway.cloud.identity.assumeForService({
      roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`,
      service: "lambda.amazonaws.com",
      sessionName: "s",
    });
    await api.method("GET /", action("Query", role, "{}"));
    const put = (credentials: string | undefined): Promise<unknown> =>
      gateway.cloud.call({
        service: "api-gateway",
        operation: "PutIntegration",
        input: {
          restApiId: api.id,
          resourceId: api.resourceIds.get("/"),
          httpMethod: "GET",
          type: "AWS",
          integrationHttpMethod: "POST",
          uri: `arn:aws:apigateway:${REGION}:dynamodb:action/Query`,
          credentials,
        },
        principal,
      });
    const denied = await errorOf(put(role));
    expect(denied.name).to.match(/AccessDenied/);
    expect(denied.message).to.include("iam:PassRole");
    await put(undefined);
  });
});
