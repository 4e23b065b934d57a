// One resource of each kind that the local cloud deploys, in a small program; the environment controls its changes.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const { DELAY = "3", IMPORT_QUEUE, ADD_KEY } = process.env;

const queue = new aws.sqs.Queue("queue", {
  delaySeconds: Number(DELAY),
  tags: { app: "everyday" },
});
const table = new aws.dynamodb.Table("table", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "id",
  attributes: [{ name: "id", type: "S" }],
});
new aws.ssm.Parameter("token", { type: "SecureString", value: pulumi.secret("s3cret") });

const role = new aws.iam.Role("role", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const { json } = aws.iam.getPolicyDocumentOutput({
  statements: [{ actions: ["dynamodb:PutItem"], resources: [table.arn] }],
});
new aws.iam.RolePolicy("policy", { role, policy: json });

const handler = new aws.lambda.Function("handler", {
  runtime: "nodejs22.x",
  handler: "index.handler",
  role: role.arn,
  environment: { variables: { TABLE: table.name, TOKEN: pulumi.secret("hidden") } },
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset(
      "exports.handler = async () => ({ table: process.env.TABLE, token: process.env.TOKEN });",
    ),
  }),
});

const api = new aws.apigateway.RestApi("api");
const at = { restApi: api.id, resourceId: api.rootResourceId, httpMethod: "GET" };
const method = new aws.apigateway.Method("get", { ...at, authorization: "NONE" });
const response = new aws.apigateway.MethodResponse(
  "ok",
  { ...at, statusCode: "200" },
  { dependsOn: method },
);
const integration = new aws.apigateway.Integration(
  "mock",
  { ...at, type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 200}' } },
  { dependsOn: method },
);
const answer = new aws.apigateway.IntegrationResponse(
  "answer",
  { ...at, statusCode: "200", responseTemplates: { "application/json": '{"hello":"world"}' } },
  { dependsOn: [integration, response] },
);
const deployment = new aws.apigateway.Deployment(
  "deployment",
  { restApi: api.id },
  { dependsOn: answer },
);
const stage = new aws.apigateway.Stage("stage", {
  restApi: api.id,
  deployment: deployment.id,
  stageName: "dev",
});

if (ADD_KEY) new aws.kms.Key("key", { enableKeyRotation: true, deletionWindowInDays: 7 });
if (IMPORT_QUEUE)
  new aws.sqs.Queue(
    "imported",
    { name: "foreign", visibilityTimeoutSeconds: 60 },
    { import: IMPORT_QUEUE },
  );

export const url = stage.invokeUrl;
export const functionName = handler.name;
export const functionVersion = handler.version;
export const tableName = table.name;
export const tags = queue.tags;
export const { region } = aws.getRegionOutput();
