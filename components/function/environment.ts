import * as pulumi from "@pulumi/pulumi";
import { isMissingInMocks } from "../mocks";
import { argumentError, describedError } from "../validation";

/**
 * Variables that Lambda itself sets; it refuses a function that configures one of them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const RESERVED: ReadonlySet<string> = new Set([
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

/** Bytes of all names and values together, as JSON. Same page. */
const MAX_SIZE = 4096;

/** Refuses names that Lambda would refuse, and plain values that Lambda would refuse or that contain a credential. */
export function checkEnvironmentNames(
  resource: pulumi.Resource,
  environment: Record<string, pulumi.Input<string>>,
): void {
  for (const [name, value] of Object.entries(environment)) {
    const argument = `environment.${name}`;
    if (RESERVED.has(name)) {
      throw argumentError(resource, argument, name, "Lambda sets this name itself; use another");
    }
    if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
      const allowed = "allowed are two or more letters, digits and _, the first a letter";
      throw argumentError(resource, argument, name, allowed);
    }
    checkValue(resource, argument, value);
  }
}

/**
 * Returns the variables of a function; undefined if there are none.
 *
 * @throws pulumi.ResourceError, when the values are known, for a secret, for a credential and above 4 KB.
 */
export function functionEnvironment(
  resource: pulumi.Resource,
  environment: Record<string, pulumi.Input<string>>,
): { variables: Record<string, pulumi.Output<string>> } | undefined {
  const entries = Object.entries(environment);
  if (entries.length === 0) return undefined;
  const checked = entries.map(
    ([name, value]) => [name, refuseSecret(resource, name, value)] as const,
  );
  // The total size is known only when all values are. Only one variable waits for that, so the others do not have to.
  const carrier = entries.findLastIndex(([, value]) => typeof value !== "string");
  const variables = checked.map(([name, value], i) => [
    name,
    i === Math.max(carrier, 0) ? checkSize(resource, checked).apply(() => value) : value,
  ]);
  return { variables: Object.fromEntries(variables) as Record<string, pulumi.Output<string>> };
}

function checkSize(
  resource: pulumi.Resource,
  variables: readonly (readonly [name: string, value: pulumi.Output<string>])[],
): pulumi.Output<void> {
  return pulumi.all(Object.fromEntries(variables)).apply((known) => {
    const size = Buffer.byteLength(JSON.stringify(known));
    if (size <= MAX_SIZE) return;
    const allowed = `allowed are ${MAX_SIZE} together; keep large values in SSM or S3`;
    throw describedError(resource, "environment", `${size} bytes`, allowed);
  });
}

/** A function's variables are visible to anyone who may read its configuration. */
function refuseSecret(
  resource: pulumi.Resource,
  name: string,
  value: pulumi.Input<string>,
): pulumi.Output<string> {
  const output = pulumi.output(value);
  return pulumi.output(pulumi.isSecret(output)).apply((isSecret) => {
    if (isSecret) {
      const allowed =
        "allowed are values that anyone may read; put it into SSM SecureString or Secrets Manager, " +
        "pass the name here and read the value in the callback";
      throw describedError(resource, `environment.${name}`, "a secret", allowed);
    }
    return output.apply((known) => {
      if (!isMissingInMocks(known)) checkValue(resource, `environment.${name}`, known);
      return known;
    });
  });
}

/** Access keys and private keys are secrets even if Pulumi does not know it (Checkov CKV_AWS_45). */
const CREDENTIAL = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function checkValue(
  resource: pulumi.Resource,
  argument: string,
  value: pulumi.Input<string>,
): void {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return;
  if (typeof value !== "string") {
    throw argumentError(resource, argument, value, "allowed are strings; use String(value)");
  }
  if (!CREDENTIAL.test(value)) return;
  const allowed =
    "allowed are values that anyone may read; give the function's role the permission";
  throw describedError(resource, argument, "a credential", allowed);
}
