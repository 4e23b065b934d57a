import type { PolicyResource } from "../../../policies/rule";
import { apiGatewayRules } from "../../../policies/rules/apiGateway";
import { describeRules, resource } from "../resource";

type Props = Record<string, unknown>;

const stage = (props: Props = {}): PolicyResource =>
  resource("aws:apigateway/stage:Stage", "stage", { stageName: "v1", ...props });
const method = (props: Props): PolicyResource =>
  resource("aws:apigateway/method:Method", "method", { httpMethod: "POST", ...props });
const settings = (values: Props, methodPath = "*/*"): PolicyResource =>
  resource(
    "aws:apigateway/methodSettings:MethodSettings",
    "settings",
    { methodPath, settings: values },
    { stageName: "stage" },
  );
const api = resource("aws:apigateway/restApi:RestApi", "api");
const validator = (body: boolean, parameters: boolean): PolicyResource =>
  resource(
    "aws:apigateway/requestValidator:RequestValidator",
    "validator",
    { validateRequestBody: body, validateRequestParameters: parameters },
    { restApi: "api" },
  );
const domain = (props: Props): PolicyResource =>
  resource("aws:apigateway/domainName:DomainName", "domain", props);
const logs = (format: string): PolicyResource =>
  stage({ accessLogSettings: { destinationArn: "arn:aws:logs:::log-group:a", format } });

const limits = { throttlingRateLimit: 10, throttlingBurstLimit: 5 };

describeRules("API Gateway", apiGatewayRules, {
  "AwsSolutions-APIG1": {
    red: [
      { graph: [stage()], says: "no accessLogSettings" },
      { graph: [stage({ accessLogSettings: { format: "{}" } })], says: "no accessLogSettings" },
    ],
    green: [[logs("{}")]],
  },
  "Serverless-APIGWStructuredLogging": {
    red: [
      { graph: [logs("$context.requestId")], says: "not JSON" },
      { graph: [logs('"text"')], says: "not JSON" },
    ],
    green: [[logs('{"requestId":"$context.requestId"}')], [stage()]],
  },
  "AwsSolutions-APIG2": {
    red: [
      { graph: [api], says: "no RequestValidator" },
      { graph: [api, validator(true, false)], says: "no RequestValidator" },
      { graph: [api, validator(false, true)], says: "no RequestValidator" },
    ],
    green: [[api, validator(true, true)]],
  },
  CKV2_AWS_53: {
    red: [{ graph: [method({})], says: "the POST method has no requestValidatorId" }],
    green: [[method({ requestValidatorId: "v" })], [method({ httpMethod: "OPTIONS" })]],
  },
  "AwsSolutions-APIG4": {
    red: [
      { graph: [method({ authorization: "NONE" })], says: "everyone may call the POST method" },
      { graph: [method({ authorization: "NONE", apiKeyRequired: true })], says: "everyone" },
    ],
    green: [
      [method({ authorization: "AWS_IAM" })],
      [method({ authorization: "NONE", httpMethod: "OPTIONS" })],
    ],
  },
  "AwsSolutions-APIG6": {
    red: [
      { graph: [stage()], says: "no MethodSettings" },
      { graph: [stage(), settings({ loggingLevel: "OFF" })], says: "no MethodSettings" },
      { graph: [stage(), settings({ loggingLevel: "INFO" }, "a/GET")], says: "no MethodSettings" },
    ],
    green: [[stage(), settings({ loggingLevel: "ERROR" })]],
  },
  "Serverless-APIGWDefaultThrottling": {
    red: [
      { graph: [stage()], says: "limit rate and burst" },
      { graph: [stage(), settings({ throttlingRateLimit: 1 })], says: "limit rate and burst" },
    ],
    green: [[stage(), settings(limits)]],
  },
  CKV_AWS_276: {
    red: [{ graph: [settings({ dataTraceEnabled: true })], says: "dataTraceEnabled is on" }],
    green: [[settings({ dataTraceEnabled: false })], [settings({})]],
  },
  CKV_AWS_308: {
    red: [{ graph: [settings({ cachingEnabled: true })], says: "in the clear" }],
    green: [[settings({ cachingEnabled: true, cacheDataEncrypted: true })], [settings({})]],
  },
  CKV_AWS_217: {
    red: [{ graph: [{ ...api, deleteBeforeReplace: true }], says: "deleted before" }],
    green: [[api], [resource("aws:apigateway/deployment:Deployment", "deployment")]],
  },
  CKV_AWS_206: {
    red: [
      { graph: [domain({ securityPolicy: "TLS_1_0" })], says: "TLS_1_0" },
      { graph: [domain({})], says: "not set" },
    ],
    green: [
      [domain({ securityPolicy: "TLS_1_2" })],
      [domain({ securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06" })],
    ],
  },
});
