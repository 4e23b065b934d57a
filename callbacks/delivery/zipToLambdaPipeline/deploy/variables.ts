import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { nameOf } from "../../../retry";
import type { AppVariable } from "../inspect/model";
import { rejectedUpload } from "./problem";

export const deploymentOnlyModule = true;

export interface VariableClients {
  readonly ssm: SSMClient;
  readonly secrets: SecretsManagerClient;
}

/**
 * Most bytes of all names and values together, as JSON:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_BYTES = 4096;

/**
 * Returns the environment of an app, with every reference resolved.
 *
 * @throws a rejection for a reference that the worker may not read or that does not exist, or an environment too large
 * for Lambda.
 */
export async function readVariables(
  clients: VariableClients,
  environment: Readonly<Record<string, AppVariable>> = {},
): Promise<Record<string, string>> {
  const entries = Object.entries(environment).map(
    async ([name, value]): Promise<[string, string]> => [name, await read(clients, name, value)],
  );
  const variables = Object.fromEntries(await Promise.all(entries));
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size <= MOST_BYTES) return variables;
  throw rejectedUpload({
    code: "environmentTooLarge",
    message: `the environment has ${size} bytes, what its references hold included; allowed are ${MOST_BYTES}`,
    fix: "let the app read large values itself, from SSM, Secrets Manager or S3",
  });
}

async function read(
  { ssm, secrets }: VariableClients,
  name: string,
  value: AppVariable,
): Promise<string> {
  if (typeof value === "string") return value;
  if ("parameter" in value)
    return orReject(name, `the parameter ${value.parameter}`, "parameters", async () => {
      const input = { Name: value.parameter, WithDecryption: true };
      return (await ssm.send(new GetParameterCommand(input))).Parameter?.Value;
    });
  return orReject(name, `the secret ${value.secret}`, "secrets", async () => {
    const input = { SecretId: value.secret };
    return (await secrets.send(new GetSecretValueCommand(input))).SecretString;
  });
}

async function orReject(
  variable: string,
  what: string,
  argument: string,
  call: () => Promise<string | undefined>,
): Promise<string> {
  try {
    const text = await call();
    if (text !== undefined) return text;
  } catch (error) {
    if (!/^(ParameterNotFound|ResourceNotFoundException|AccessDenied.*)$/.test(nameOf(error)))
      throw error;
  }
  throw rejectedUpload({
    code: "variableNotReadable",
    message: `the variable ${variable} is ${what}, which is not there or not among the program's ${argument}`,
    fix: `create it, and name it in the ${argument} of the ZipToLambdaPipeline`,
  });
}
