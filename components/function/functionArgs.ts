import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CallbackFunctionArgs } from "./callbackFunctionArgs";
import { DEFAULT_TIMEOUT } from "./callbackOptions";
import { functionEnvironment } from "./environment";
import type { AnyFunction } from "./packing/captures/closureScope";
import { packCallback } from "./packing/packCallback";
import { textAsset } from "./packing/textAsset";

/** The resources that are created before the function. */
interface FunctionParts {
  readonly resource: pulumi.Resource;
  readonly role: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/** Returns the arguments of the Lambda function, with its code. */
export function functionArgs<E, R>(
  args: CallbackFunctionArgs<E, R>,
  { resource, role, logGroup }: FunctionParts,
): aws.lambda.FunctionArgs {
  const { reservedConcurrency, ephemeralStorage, vpc } = args;
  return {
    role: role.arn,
    handler: "index.handler",
    runtime: args.runtime ?? "nodejs24.x",
    // A fifth cheaper than x86_64 for the same time: https://aws.amazon.com/lambda/pricing/
    architectures: ["arm64"],
    timeout: args.timeout ?? DEFAULT_TIMEOUT,
    memorySize: args.memorySize ?? 256,
    loggingConfig: {
      logFormat: "JSON",
      applicationLogLevel: args.logLevel ?? "INFO",
      logGroup: logGroup.name,
    },
    description: args.description,
    environment: functionEnvironment(resource, args.environment ?? {}),
    publish: args.publish,
    tags: args.tags,
    ...(reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: reservedConcurrency }),
    ...(ephemeralStorage === undefined ? {} : { ephemeralStorage: { size: ephemeralStorage } }),
    ...(args.tracing ? { tracingConfig: { mode: "Active" } } : {}),
    ...(vpc ? { vpcConfig: { ...vpc } } : {}),
    ...code(resource, args),
  };
}

/**
 * Returns the zip. `pulumi.output` also resolves the captured Outputs: so the zip depends on their resources, and is
 * unknown while one of them is unknown (at preview), instead of containing `undefined`.
 */
function code<E, R>(
  resource: pulumi.Resource,
  args: CallbackFunctionArgs<E, R>,
): Pick<aws.lambda.FunctionArgs, "code" | "sourceCodeHash"> {
  const callback = (args.callback ?? args.callbackFactory) as AnyFunction;
  const isFactory = args.callback === undefined;
  const packed = pulumi.output(packCallback(callback, { isFactory, resource }));
  return {
    code: packed.apply(({ files }) => archive(files)),
    sourceCodeHash: packed.apply(({ hash }) => hash),
  };
}

function archive(files: Record<string, string>): pulumi.asset.Archive {
  const assets = Object.entries(files).map(([name, text]) => [name, textAsset(text)] as const);
  return new pulumi.asset.AssetArchive(Object.fromEntries(assets));
}
