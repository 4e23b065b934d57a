import { visibilityProblem } from "../../components/queues/visibilityTimeout";
import { get, isGiven, list, type PolicyResource, type Rule, asBlock, textOf } from "../rule";
import { isCredential } from "./credentials";

const EVENT_INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const EVENT_SOURCE_MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const FUNCTION = "aws:lambda/function:Function";
const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";
const PERMISSION = "aws:lambda/permission:Permission";
const QUEUE = "aws:sqs/queue:Queue";

export const lambdaRules: readonly Rule[] = [
  {
    ids: ["AwsSolutions-L1", "CKV_AWS_363"],
    requires:
      "A function runs on its language's newest runtime, which gets security fixes longest; raise runtime.",
    types: [FUNCTION],
    check: (fn) => {
      const runtime = textOf(get(fn, "runtime"));
      const newest = newestRuntime(runtime);
      return newest === undefined || newest === runtime
        ? []
        : [`${runtime} is older than ${newest}`];
    },
  },
  {
    ids: ["Serverless-LambdaDefaultTimeout", "Serverless-LambdaDefaultMemorySize"],
    requires:
      "A function's limits are chosen, because Lambda's defaults (3 s, 128 MB) fit few; set timeout and memorySize.",
    types: [FUNCTION],
    check: (fn) =>
      ["timeout", "memorySize"].filter((name) => !isGiven(fn, name)).map((name) => `no ${name}`),
  },
  {
    ids: ["Serverless-LambdaAsyncFailureDestination", "Serverless-LambdaDLQ", "CKV_AWS_116"],
    requires:
      "An event that fails for good is kept, instead of being dropped after two retries; add a " +
      "FunctionEventInvokeConfig with destinationConfig.onFailure, or deadLetterConfig.",
    types: [FUNCTION],
    checkInStack: (fn, stack) =>
      isGiven(fn, "deadLetterConfig.targetArn") ||
      stack
        .referring(fn, EVENT_INVOKE_CONFIG, "functionName")
        .some((config) => isGiven(config, "destinationConfig.onFailure.destination"))
        ? []
        : ["failed events go nowhere"],
  },
  {
    ids: ["Serverless-LambdaEventSourceMappingDestination"],
    requires:
      "What a stream's consumer cannot handle is kept; set destinationConfig.onFailure (a queue's own dead-letter " +
      "queue serves for SQS).",
    types: [EVENT_SOURCE_MAPPING],
    checkInStack: (mapping, stack) =>
      // SQS mappings accept no destination: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
      stack.referred(mapping, "eventSourceArn", QUEUE) !== undefined ||
      String(get(mapping, "eventSourceArn")).split(":")[2] === "sqs" ||
      isGiven(mapping, "destinationConfig.onFailure")
        ? []
        : ["failed records go nowhere"],
  },
  {
    ids: ["Serverless-LambdaEventSourceSQSVisibilityTimeout"],
    requires:
      "A message stays hidden for six timeouts of its function, or it is handled twice while the first try still " +
      "runs; raise visibilityTimeoutSeconds.",
    types: [EVENT_SOURCE_MAPPING],
    checkInStack: (mapping, stack) => {
      const queue = stack.referred(mapping, "eventSourceArn", QUEUE);
      const fn = stack.referred(mapping, "functionName", FUNCTION);
      if (!queue || !fn) return [];
      const problem = visibilityProblem({
        // The services' defaults: visibility timeout 30 s, function timeout 3 s.
        visibilityTimeoutSeconds: Number(get(queue, "visibilityTimeoutSeconds") ?? 30),
        functionTimeoutSeconds: Number(get(fn, "timeout") ?? 3),
      });
      return problem ? [`${queue.name} for ${fn.name}: ${problem}`] : [];
    },
  },
  {
    ids: ["Serverless-LambdaFunctionUrlAuth", "CKV_AWS_258"],
    requires: "A function's URL knows who calls; set authorizationType to AWS_IAM.",
    types: [FUNCTION_URL],
    check: (url) =>
      get(url, "authorizationType") === "AWS_IAM"
        ? []
        : [`its authorizationType is ${String(get(url, "authorizationType"))}`],
  },
  {
    ids: ["CKV2_AWS_75"],
    requires: "A function's URL answers the pages you know; name them in cors.allowOrigins.",
    types: [FUNCTION_URL],
    check: (url) =>
      list(url, "cors.allowOrigins").includes("*") ? ["pages of every origin may call it"] : [],
  },
  {
    ids: ["CKV_AWS_301"],
    requires: "Not everyone may call a function; name the principal, or set principalOrgId.",
    types: [PERMISSION],
    check: (permission) =>
      get(permission, "principal") === "*" && !isGiven(permission, "principalOrgId")
        ? ["every AWS account may call the function"]
        : [],
  },
  {
    ids: ["CKV_AWS_364"],
    requires:
      "A service calls a function for one resource or account of yours, not for anybody's; set sourceArn or " +
      "sourceAccount.",
    types: [PERMISSION],
    check: (permission) =>
      String(get(permission, "principal")).endsWith(".amazonaws.com") &&
      !isGiven(permission, "sourceArn") &&
      !isGiven(permission, "sourceAccount")
        ? [`${String(get(permission, "principal"))} may call for any account`]
        : [],
  },
  {
    ids: ["CKV_AWS_45"],
    requires:
      "Anyone who may read a function's configuration reads its environment; keep credentials in Secrets Manager " +
      "or SSM and pass the name.",
    types: [FUNCTION],
    check: environmentCredentials,
  },
];

/**
 * The newest runtime of each family in which Lambda offers several.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
const NEWEST_RUNTIMES = [
  "nodejs24.x",
  "python3.14",
  "java25",
  "dotnet10",
  "ruby3.4",
  "provided.al2023",
];

/**
 * Returns the newest runtime of a runtime's family; undefined without a runtime (a container image) and for unknown
 * families.
 */
function newestRuntime(runtime: string): string | undefined {
  const family = (name: string): string => name.split(/[.\d]/, 1)[0];
  if (runtime === "") return undefined;
  return NEWEST_RUNTIMES.find((newest) => family(newest) === family(runtime));
}

function environmentCredentials(fn: PolicyResource): string[] {
  const variables = get(fn, "environment.variables");
  return Object.entries(asBlock(variables))
    .filter(([name, value]) => isCredential(name, value))
    .map(([name]) => `environment variable ${name} holds a credential`);
}
