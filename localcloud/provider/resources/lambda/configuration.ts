import {
  type UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
  type LoggingConfig,
  type Runtime,
  type TracingMode,
} from "@aws-sdk/client-lambda";
import type { FunctionArgs } from "@pulumi/aws/lambda/function";
import type { Args } from "../../define";

export type Inputs = Args<FunctionArgs>;

export function configurationOutputs(
  found: FunctionConfiguration,
  inputs: Partial<Inputs>,
): Record<string, unknown> {
  return {
    role: found.Role,
    handler: found.Handler,
    runtime: found.Runtime,
    description: found.Description,
    memorySize: found.MemorySize,
    timeout: found.Timeout,
    architectures: found.Architectures,
    environment: environmentOutput(found),
    deadLetterConfig: found.DeadLetterConfig?.TargetArn
      ? { targetArn: found.DeadLetterConfig.TargetArn }
      : undefined,
    kmsKeyArn: found.KMSKeyArn,
    layers: found.Layers?.map(({ Arn }) => Arn),
    packageType: found.PackageType ?? "Zip",
    lastModified: found.LastModified,
    codeSha256: found.CodeSha256,
    sourceCodeHash: inputs.sourceCodeHash ?? found.CodeSha256,
    sourceCodeSize: found.CodeSize,
    ephemeralStorage: { size: found.EphemeralStorage?.Size ?? 512 },
    tracingConfig: { mode: found.TracingConfig?.Mode ?? "PassThrough" },
    loggingConfig: {
      logFormat: found.LoggingConfig?.LogFormat,
      logGroup: found.LoggingConfig?.LogGroup,
      applicationLogLevel: found.LoggingConfig?.ApplicationLogLevel,
      systemLogLevel: found.LoggingConfig?.SystemLogLevel,
    },
  };
}

function environmentOutput({
  Environment,
}: FunctionConfiguration): Record<string, unknown> | undefined {
  const variables = Environment?.Variables ?? {};
  return Object.keys(variables).length > 0 ? { variables } : undefined;
}

export function configuration(
  inputs: Inputs,
): Omit<ConstructorParameters<typeof UpdateFunctionConfigurationCommand>[0], "FunctionName"> {
  const { loggingConfig: logging, vpcConfig: vpc } = inputs;
  return {
    Role: inputs.role,
    Handler: inputs.handler,
    Runtime: inputs.runtime as Runtime | undefined,
    Description: inputs.description ?? "",
    MemorySize: inputs.memorySize,
    Timeout: inputs.timeout,
    Environment: { Variables: inputs.environment?.variables ?? {} },
    // An empty target, key or list removes the setting.
    DeadLetterConfig: { TargetArn: inputs.deadLetterConfig?.targetArn ?? "" },
    KMSKeyArn: inputs.kmsKeyArn ?? "",
    Layers: inputs.layers ?? [],
    TracingConfig: { Mode: (inputs.tracingConfig?.mode ?? "PassThrough") as TracingMode },
    EphemeralStorage:
      inputs.ephemeralStorage?.size === undefined
        ? undefined
        : { Size: inputs.ephemeralStorage.size },
    VpcConfig: vpc && { SubnetIds: vpc.subnetIds, SecurityGroupIds: vpc.securityGroupIds },
    LoggingConfig: logging && loggingConfig(logging),
  };
}

function loggingConfig(logging: NonNullable<Inputs["loggingConfig"]>): LoggingConfig {
  return {
    LogFormat: logging.logFormat as LoggingConfig["LogFormat"],
    LogGroup: logging.logGroup,
    ApplicationLogLevel: logging.applicationLogLevel as LoggingConfig["ApplicationLogLevel"],
    SystemLogLevel: logging.systemLogLevel as LoggingConfig["SystemLogLevel"],
  };
}
