import type { SessionCredentials } from "../../../core/identity";
import type { FunctionVersion } from "../model/model";

/** Region, account and folders in which an environment of a function version runs. */
export interface EnvironmentPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly taskRoot: string;
  readonly logStream: string;
}

/**
 * Returns the environment variables of an execution environment. Of this computer's own variables only PATH is
 * passed.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentVariables(
  version: FunctionVersion,
  credentials: SessionCredentials,
  place: EnvironmentPlace,
): Record<string, string> {
  const settings = version.deployed;
  const { logging } = settings;
  return {
    // Variables that a function may override come first; reserved variables come last.
    PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    // AWS's runtimes have the Node.js version that their SDK requires. Here the warning would only fill the logs.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...settings.environment,
    _HANDLER: settings.handler,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: version.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logging.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    ...(logging.LogFormat === "JSON" && {
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel ?? "INFO",
    }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: place.taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
  };
}
