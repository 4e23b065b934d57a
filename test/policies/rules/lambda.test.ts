import type { PolicyResource } from "../../../policies/rule";
import { lambdaRules } from "../../../policies/rules/lambda";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const fn = (props: Props = {}): PolicyResource =>
  resource("aws:lambda/function:Function", "fn", props);
const mapping = (props: Props, eventSource?: string): PolicyResource =>
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", "mapping", props, {
    functionName: "fn",
    ...(eventSource ? { eventSourceArn: eventSource } : {}),
  });
const queue = (props: Props = {}): PolicyResource =>
  resource("aws:sqs/queue:Queue", "queue", props);
const url = (props: Props): PolicyResource =>
  resource("aws:lambda/functionUrl:FunctionUrl", "url", props);
const permission = (props: Props): PolicyResource =>
  resource("aws:lambda/permission:Permission", "permission", props);
const invokeConfig = (props: Props): PolicyResource =>
  resource("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "config", props, {
    functionName: "fn",
  });
const environment = (variables: Props): PolicyResource => fn({ environment: { variables } });

const stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/s";
const keys = { destinationConfig: { onFailure: { destinationArn: "arn" } } };

describeRules("Lambda", lambdaRules, {
  "AwsSolutions-L1": {
    red: [
      { graph: [fn({ runtime: "nodejs22.x" })], says: "nodejs22.x is older than nodejs24.x" },
      { graph: [fn({ runtime: "python3.9" })], says: "older than python3.14" },
      { graph: [fn({ runtime: "provided.al2" })], says: "older than provided.al2023" },
    ],
    green: [[fn({ runtime: "nodejs24.x" })], [fn({ packageType: "Image" })]],
  },
  "Serverless-LambdaDefaultTimeout": {
    red: [
      { graph: [fn({ memorySize: 256 })], says: "no timeout" },
      { graph: [fn({ timeout: 3 })], says: "no memorySize" },
    ],
    green: [[fn({ timeout: 3, memorySize: 128 })]],
  },
  "Serverless-LambdaAsyncFailureDestination": {
    red: [
      { graph: [fn()], says: "failed events go nowhere" },
      { graph: [fn(), invokeConfig({ maximumRetryAttempts: 0 })], says: "go nowhere" },
    ],
    green: [
      [fn(), invokeConfig({ destinationConfig: { onFailure: { destination: "arn" } } })],
      [fn({ deadLetterConfig: { targetArn: "arn" } })],
    ],
  },
  "Serverless-LambdaEventSourceMappingDestination": {
    red: [{ graph: [mapping({ eventSourceArn: stream })], says: "failed records go nowhere" }],
    green: [
      [mapping({ eventSourceArn: stream, ...keys })],
      [mapping({ eventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:q" })],
      [mapping({}, "queue"), queue()],
    ],
  },
  "Serverless-LambdaEventSourceSQSVisibilityTimeout": {
    red: [
      {
        graph: [mapping({}, "queue"), queue(), fn({ timeout: 30 })],
        says: "queue for fn: messages are hidden for 30 s, less than 6 times the function's timeout of 30 s",
      },
      {
        graph: [mapping({}, "queue"), queue({ visibilityTimeoutSeconds: 17 }), fn()],
        says: "set visibilityTimeoutSeconds to 18 or more",
      },
    ],
    green: [
      [mapping({}, "queue"), queue({ visibilityTimeoutSeconds: 180 }), fn({ timeout: 30 })],
      [mapping({ eventSourceArn: stream }), fn({ timeout: 900 })],
    ],
  },
  "Serverless-LambdaFunctionUrlAuth": {
    red: [{ graph: [url({ authorizationType: "NONE" })], says: "authorizationType is NONE" }],
    green: [[url({ authorizationType: "AWS_IAM" })]],
  },
  CKV2_AWS_75: {
    red: [{ graph: [url({ cors: { allowOrigins: ["*"] } })], says: "every origin" }],
    green: [[url({ cors: { allowOrigins: ["https://example.com"] } })], [url({})]],
  },
  CKV_AWS_301: {
    red: [{ graph: [permission({ principal: "*" })], says: "every AWS account" }],
    green: [
      [permission({ principal: "apigateway.amazonaws.com" })],
      [permission({ principal: "*", principalOrgId: "o-abcdefghij" })],
    ],
  },
  CKV_AWS_364: {
    red: [
      { graph: [permission({ principal: "s3.amazonaws.com" })], says: "s3.amazonaws.com may call" },
    ],
    green: [
      [permission({ principal: "s3.amazonaws.com", sourceAccount: "123456789012" })],
      [permission({ principal: "sns.amazonaws.com", sourceArn: "arn:aws:sns:::t" })],
      [permission({ principal: "arn:aws:iam::123456789012:role/caller" })],
    ],
  },
  CKV_AWS_45: {
    red: [
      { graph: [environment({ KEY: "AKIAIOSFODNN7EXAMPLE" })], says: "KEY holds a credential" },
      { graph: [environment({ DB_PASSWORD: "hunter2" })], says: "DB_PASSWORD holds" },
      { graph: [environment({ PEM: "-----BEGIN RSA PRIVATE KEY-----" })], says: "PEM holds" },
    ],
    green: [
      [environment({ DB_PASSWORD: "arn:aws:secretsmanager:eu-central-1:1:secret:db" })],
      [environment({ API_KEY: "/prod/api-key", TABLE: "comments" })],
      [fn()],
    ],
  },
});
