import { get, isGiven, type PolicyResource, type Rule, type Stack, textOf } from "../rule";

const DEPLOYMENT = "aws:apigateway/deployment:Deployment";
const DOMAIN_NAME = "aws:apigateway/domainName:DomainName";
const METHOD = "aws:apigateway/method:Method";
const METHOD_SETTINGS = "aws:apigateway/methodSettings:MethodSettings";
const REQUEST_VALIDATOR = "aws:apigateway/requestValidator:RequestValidator";
const REST_API = "aws:apigateway/restApi:RestApi";
const STAGE = "aws:apigateway/stage:Stage";

export const apiGatewayRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-APIG1", "CKV_AWS_76"],
    requires:
      "A stage keeps access logs, or nobody can tell who called what; give it accessLogSettings with a log group.",
    types: [STAGE],
    check: (stage) =>
      isGiven(stage, "accessLogSettings.destinationArn") ? [] : ["it has no accessLogSettings"],
  },
  {
    ids: ["Serverless-APIGWStructuredLogging"],
    requires:
      "Access logs are JSON, so that Logs Insights can query their fields; write accessLogSettings.format as JSON.",
    types: [STAGE],
    check: (stage) => {
      const format = get(stage, "accessLogSettings.format");
      return format === undefined || isJsonObject(format) ? [] : ["its access log is not JSON"];
    },
  },
  {
    ids: ["AwsSolutions-APIG2"],
    requires:
      "An API refuses malformed requests itself, before they cost or harm; give it a RequestValidator with " +
      "validateRequestBody and validateRequestParameters.",
    types: [REST_API],
    checkInStack: (api, stack) =>
      stack
        .referring(api, REQUEST_VALIDATOR, "restApi")
        .some(
          (validator) =>
            get(validator, "validateRequestBody") === true &&
            get(validator, "validateRequestParameters") === true,
        )
        ? []
        : ["no RequestValidator of it looks at both the body and the parameters"],
  },
  {
    ids: ["CKV2_AWS_53"],
    requires:
      "A method uses a request validator, or the API's validator never runs; set requestValidatorId.",
    types: [METHOD],
    check: (method) =>
      isPreflight(method) || isGiven(method, "requestValidatorId")
        ? []
        : [`${title(method)} has no requestValidatorId`],
  },
  {
    ids: ["AwsSolutions-APIG4", "CKV_AWS_59"],
    requires:
      "A method knows who calls it (an API key names a client but proves nothing); set authorization to AWS_IAM, " +
      "CUSTOM or COGNITO_USER_POOLS, or state why everyone may call.",
    types: [METHOD],
    check: (method) =>
      isPreflight(method) || get(method, "authorization") !== "NONE"
        ? []
        : [`everyone may call ${title(method)}`],
  },
  {
    ids: ["AwsSolutions-APIG6", "CKV2_AWS_4"],
    requires:
      "A stage writes execution logs, or an error of an integration leaves no trace; add MethodSettings for */* " +
      "with loggingLevel ERROR or INFO.",
    types: [STAGE],
    checkInStack: (stage, stack) =>
      settingsOfAll(stage, stack).some((settings) =>
        ["ERROR", "INFO"].includes(String(get(settings, "settings.loggingLevel"))),
      )
        ? []
        : ["no MethodSettings for */* set loggingLevel to ERROR or INFO"],
  },
  {
    ids: ["Serverless-APIGWDefaultThrottling"],
    requires:
      "A stage limits its requests, or one client spends the whole account's; add MethodSettings for */* with " +
      "throttlingRateLimit and throttlingBurstLimit.",
    types: [STAGE],
    checkInStack: (stage, stack) =>
      settingsOfAll(stage, stack).some(
        (settings) =>
          Number(get(settings, "settings.throttlingRateLimit") ?? -1) >= 0 &&
          Number(get(settings, "settings.throttlingBurstLimit") ?? -1) >= 0,
      )
        ? []
        : ["no MethodSettings for */* limit rate and burst"],
  },
  {
    ids: ["CKV_AWS_276"],
    requires:
      "Execution logs do not hold whole requests, tokens and personal data included; leave dataTraceEnabled off.",
    types: [METHOD_SETTINGS],
    check: (settings) =>
      get(settings, "settings.dataTraceEnabled") === true ? ["dataTraceEnabled is on"] : [],
  },
  {
    ids: ["CKV_AWS_308"],
    requires: "A cache of responses is encrypted at rest; set cacheDataEncrypted.",
    types: [METHOD_SETTINGS],
    check: (settings) =>
      get(settings, "settings.cachingEnabled") === true &&
      get(settings, "settings.cacheDataEncrypted") !== true
        ? ["responses are cached in the clear"]
        : [],
  },
  {
    ids: ["CKV_AWS_217", "CKV_AWS_237"],
    requires:
      "The new API or deployment stands before the old one goes, or a replacement is an outage; leave " +
      "deleteBeforeReplace off.",
    types: [DEPLOYMENT, REST_API],
    check: (resource) =>
      resource.deleteBeforeReplace === true ? ["it is deleted before it is replaced"] : [],
  },
  {
    ids: ["CKV_AWS_206"],
    requires: "A domain speaks TLS 1.2 or newer; set securityPolicy to TLS_1_2.",
    types: [DOMAIN_NAME],
    check: (domain) => {
      const policy = textOf(get(domain, "securityPolicy"), "not set");
      // SecurityPolicy_TLS12_* and newer are API Gateway's longer names.
      if (/^(TLS_1_2|SecurityPolicy_TLS1[23])/.test(policy)) return [];
      return [`its securityPolicy is ${policy}`];
    },
  },
];

function title(method: PolicyResource): string {
  return `the ${String(get(method, "httpMethod"))} method`;
}

/** Browsers send OPTIONS without credentials: https://fetch.spec.whatwg.org/#cors-preflight-fetch */
function isPreflight(method: PolicyResource): boolean {
  return get(method, "httpMethod") === "OPTIONS";
}

function settingsOfAll(stage: PolicyResource, stack: Stack): PolicyResource[] {
  return stack
    .referring(stage, METHOD_SETTINGS, "stageName")
    .filter((settings) => get(settings, "methodPath") === "*/*");
}

function isJsonObject(text: unknown): boolean {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
