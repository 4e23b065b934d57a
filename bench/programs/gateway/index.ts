import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CallbackFunction, CommentsDynamoProxy } from "../../../components";

// One API for each kind of route whose cost the benchmark measures, without effective throttling.
const throttling = { rateLimit: 10_000, burstLimit: 5_000 };
const comments = new CommentsDynamoProxy("comments", { alarmActions: [], throttling });

const api = new aws.apigateway.RestApi("routes");
const table = new aws.dynamodb.Table("items", {
  attributes: [{ name: "id", type: "S" }],
  hashKey: "id",
  billingMode: "PAY_PER_REQUEST",
});
const reader = new aws.iam.Role("reader", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  },
});
new aws.iam.RolePolicy("reader", {
  role: reader.name,
  policy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource: table.arn }],
  },
});
const echo = new CallbackFunction("echo", {
  callback: async () => ({ statusCode: 200, body: "{}" }),
  permissions: [],
  alarmActions: [],
});
new aws.lambda.Permission("echo", {
  action: "lambda:InvokeFunction",
  function: echo.function.name,
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/*`,
});

const getItem = route("item", {
  type: "AWS",
  uri: pulumi.interpolate`arn:aws:apigateway:${aws.getRegionOutput().name}:dynamodb:action/GetItem`,
  credentials: reader.arn,
  requestTemplates: {
    "application/json": pulumi.interpolate`{"TableName":"${table.name}","Key":{"id":{"S":"one"}}}`,
  },
});
const mock = route("mock", {
  type: "MOCK",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
});
const proxy = route("lambda", { type: "AWS_PROXY", uri: echo.function.invokeArn });

const deployment = new aws.apigateway.Deployment(
  "routes",
  { restApi: api.id },
  { dependsOn: [...getItem, ...mock, ...proxy] },
);
const stage = new aws.apigateway.Stage("routes", {
  restApi: api.id,
  deployment: deployment.id,
  stageName: "bench",
});

export const commentsUrl = comments.url;
export const routesUrl = pulumi.interpolate`${stage.invokeUrl}`;
export const tableName = table.name;

/** A GET of a separate resource; non-proxy integrations answer 200 with a template. */
function route(
  part: string,
  integration: Omit<
    aws.apigateway.IntegrationArgs,
    "restApi" | "resourceId" | "httpMethod" | "integrationHttpMethod"
  >,
): pulumi.Resource[] {
  const resource = new aws.apigateway.Resource(part, {
    restApi: api.id,
    parentId: api.rootResourceId,
    pathPart: part,
  });
  const place = { restApi: api.id, resourceId: resource.id, httpMethod: "GET" };
  const method = new aws.apigateway.Method(part, { ...place, authorization: "NONE" });
  const called = new aws.apigateway.Integration(
    part,
    { ...place, integrationHttpMethod: "POST", ...integration },
    { dependsOn: method },
  );
  if (integration.type === "AWS_PROXY") return [method, called];
  const response = new aws.apigateway.MethodResponse(
    part,
    { ...place, statusCode: "200" },
    { dependsOn: method },
  );
  const mapped = new aws.apigateway.IntegrationResponse(
    part,
    {
      ...place,
      statusCode: "200",
      responseTemplates: {
        "application/json": `{"path": $input.json('$'), "id": "$context.requestId"}`,
      },
    },
    { dependsOn: [called, response] },
  );
  return [method, called, response, mapped];
}
