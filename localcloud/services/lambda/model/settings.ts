import type { CreateFunctionRequest, LoggingConfig, Runtime } from "@aws-sdk/client-lambda";
import { checkLength, checkPattern, checkRange, constraintError } from "../../../core/constraint";
import { invalidParameter, unsupported } from "./errors";
import { findPython, isPython, noPython } from "../runtime/program";
import type { CodePackage, FunctionSettings } from "./model";

/** Parameters that both CreateFunction and UpdateFunctionConfiguration can set. */
export type SettingsInput = Partial<
  Omit<CreateFunctionRequest, "FunctionName" | "Code" | "Tags" | "Publish">
>;

/** Runtimes that this cloud can run. */
const RUNTIMES: readonly Runtime[] = [
  "nodejs20.x",
  "nodejs22.x",
  "nodejs24.x",
  "python3.10",
  "python3.11",
  "python3.12",
  "python3.13",
  "python3.14",
];

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtime-support-policy */
const DEPRECATED =
  /^(nodejs(4\.3(-edge)?|6\.10|8\.10|1[02468]\.x)?|python(2\.7|3\.[6789])|ruby2\.[57]|go1\.x|java8|dotnetcore[\d.]+|dotnet6|provided)$/;

const ROLE_ARN = /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/;
const ROLE_PATTERN = "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";

// Sources: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const MEMORY_MB = { min: 128, max: 10_240 };
const TIMEOUT_S = { min: 1, max: 900 };
const STORAGE_MB = { min: 512, max: 10_240 };
const MAX_HANDLER = 128;
const MAX_DESCRIPTION = 256;
const MAX_ENVIRONMENT_BYTES = 4096;

/** Options that AWS has and this cloud does not support; each is refused by name. */
const UNSUPPORTED: readonly (keyof SettingsInput)[] = [
  "ImageConfig",
  "CodeSigningConfigArn",
  "CapacityProviderConfig",
  "DurableConfig",
  "TenancyConfig",
  "PublishTo",
];

/** Returns the settings of a new function. Throws AWS's validation errors. */
export function newSettings(
  input: SettingsInput,
  functionName: string,
  code: CodePackage,
): FunctionSettings {
  if (!input.Runtime || !input.Handler)
    throw invalidParameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  if (!input.Role) throw roleError(input.Role);
  const base: FunctionSettings = {
    code,
    runtime: input.Runtime,
    handler: input.Handler,
    role: input.Role,
    description: "",
    timeout: 3,
    memorySize: 128,
    architectures: ["x86_64"],
    ephemeralStorage: 512,
    tracingMode: "PassThrough",
    logging: { LogFormat: "Text", LogGroup: `/aws/lambda/${functionName}` },
  };
  return changedSettings(base, input, functionName);
}

/** Returns the settings after an update. Parameters that the input omits keep their values. */
export function changedSettings(
  base: FunctionSettings,
  input: SettingsInput,
  functionName: string,
): FunctionSettings {
  validate(input);
  const { DeadLetterConfig: deadLetter, VpcConfig: vpc } = input;
  return {
    ...base,
    ...definedOnly({
      runtime: input.Runtime,
      handler: input.Handler,
      role: input.Role,
      description: input.Description,
      timeout: input.Timeout,
      memorySize: input.MemorySize,
      architectures: input.Architectures,
      ephemeralStorage: input.EphemeralStorage?.Size,
      tracingMode: input.TracingConfig?.Mode,
    }),
    ...(input.Environment && { environment: { ...input.Environment.Variables } }),
    ...(input.LoggingConfig && { logging: logging(input.LoggingConfig, base, functionName) }),
    // An empty target, list or string removes the setting.
    ...(deadLetter && { deadLetter: deadLetter.TargetArn ? deadLetter : undefined }),
    ...(vpc && { vpc: vpc.SubnetIds?.length ? vpc : undefined }),
    ...(input.KMSKeyArn !== undefined && { kmsKeyArn: input.KMSKeyArn || undefined }),
  };
}

function validate(input: SettingsInput): void {
  checkSupported(input);
  checkRuntime(input.Runtime);
  if (input.Role !== undefined && !ROLE_ARN.test(input.Role)) throw roleError(input.Role);
  checkLength(input.Handler, "handler", { min: 0, max: MAX_HANDLER });
  checkPattern(input.Handler, "handler", /^[^\s]+$/);
  checkLength(input.Description, "description", { min: 0, max: MAX_DESCRIPTION });
  checkRange(input.MemorySize, "memorySize", MEMORY_MB);
  checkRange(input.Timeout, "timeout", TIMEOUT_S);
  checkRange(input.EphemeralStorage?.Size, "ephemeralStorage.size", STORAGE_MB);
  checkEnvironment(input.Environment?.Variables);
  const architectures = input.Architectures ?? ["x86_64"];
  if (architectures.length !== 1 || !["x86_64", "arm64"].includes(architectures[0]))
    throw constraintError({
      member: "architectures",
      value: `[${architectures.join(", ")}]`,
      rule:
        "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], " +
        "Member must have length less than or equal to 1]",
    });
}

function checkSupported(input: SettingsInput): void {
  for (const option of UNSUPPORTED)
    if (input[option] !== undefined) throw unsupported(`the option ${option}`);
  if (input.PackageType === "Image") throw unsupported("functions of package type Image");
  if (input.Layers?.length) throw unsupported("the option Layers");
  if (input.FileSystemConfigs?.length) throw unsupported("the option FileSystemConfigs");
  if (input.SnapStart?.ApplyOn === "PublishedVersions") throw unsupported("SnapStart");
  const target = input.DeadLetterConfig?.TargetArn;
  if (target && !target.startsWith("arn:aws:sqs:"))
    throw unsupported(`the dead-letter target ${target} (only SQS queues)`);
}

function checkRuntime(runtime: Runtime | undefined): void {
  if (runtime === undefined) return;
  if (RUNTIMES.includes(runtime)) {
    if (isPython(runtime) && findPython(runtime) === undefined)
      throw invalidParameter(noPython(runtime));
    return;
  }
  if (DEPRECATED.test(runtime))
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda ` +
        "functions. We recommend you use a supported runtime while creating or updating functions.",
    );
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ` +
      `[${RUNTIMES.join(", ")}] or be a valid ARN`,
  );
}

function roleError(role: string | undefined): Error {
  return constraintError({
    member: "role",
    value: role ?? null,
    rule: role
      ? `Member must satisfy regular expression pattern: ${ROLE_PATTERN}`
      : "Member must not be null",
  });
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

function checkEnvironment(variables: Record<string, string> | undefined): void {
  if (!variables) return;
  const names = Object.keys(variables);
  if (names.some((name) => !/^[a-zA-Z_][a-zA-Z0-9_]+$/.test(name)))
    throw constraintError({
      member: "environment.variables",
      rule:
        "Map keys must satisfy constraint: " +
        "[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    });
  const refusal =
    "Lambda was unable to configure your environment variables because the environment variables you " +
    "have provided";
  const reserved = names.filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0)
    throw invalidParameter(
      `${refusal} contains reserved keys that are currently not supported for modification. ` +
        `Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  const text = JSON.stringify(variables);
  if (Buffer.byteLength(text) > MAX_ENVIRONMENT_BYTES)
    throw invalidParameter(`${refusal} exceeded the 4KB limit. String measured: ${text}`);
}

function logging(
  input: LoggingConfig,
  base: FunctionSettings,
  functionName: string,
): FunctionSettings["logging"] {
  checkPattern(input.LogGroup, "loggingConfig.logGroup", /^[.\-_/#A-Za-z0-9]{1,512}$/);
  const LogFormat = input.LogFormat ?? base.logging.LogFormat ?? "Text";
  const LogGroup = input.LogGroup ?? base.logging.LogGroup ?? `/aws/lambda/${functionName}`;
  if (LogFormat === "JSON")
    return {
      LogFormat,
      ApplicationLogLevel: input.ApplicationLogLevel ?? base.logging.ApplicationLogLevel ?? "INFO",
      SystemLogLevel: input.SystemLogLevel ?? base.logging.SystemLogLevel ?? "INFO",
      LogGroup,
    };
  if (input.ApplicationLogLevel || input.SystemLogLevel)
    throw invalidParameter(
      "To specify a log level, LogFormat must be set to JSON for the function.",
    );
  return { LogFormat, LogGroup };
}

function definedOnly<Fields extends object>(
  fields: Fields,
): { [K in keyof Fields]?: NonNullable<Fields[K]> } {
  const defined = Object.entries(fields).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  return Object.fromEntries(defined) as { [K in keyof Fields]?: NonNullable<Fields[K]> };
}
