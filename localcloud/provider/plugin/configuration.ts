import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsAccess, Properties } from "../types";

type Environment = Readonly<Record<string, string | undefined>>;

/** An emulator accepts any keys; with these no request to it is accidentally signed with real ones. */
const ANY_CREDENTIALS = { accessKeyId: "localcloud", secretAccessKey: "localcloud" };

/** Thrown if the deployment cannot be pointed at an emulator; the message says how to do it. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/**
 * Returns how the plugin reaches AWS: always by the endpoint of the environment. Throws a ConfigurationError without
 * one, because this provider must never change a real account.
 */
export async function awsAccess(
  settings: Properties,
  environment: Environment,
): Promise<AwsAccess> {
  const endpoint = environment.AWS_ENDPOINT_URL;
  if (!endpoint)
    throw new ConfigurationError(
      "AWS_ENDPOINT_URL is not set: the local cloud's `aws` provider never talks to AWS itself. Run the " +
        "command through `localcloud exec --no-program -- pulumi ...`, or take its folder off PATH.",
    );
  const region =
    text(settings.region) ??
    environment.AWS_REGION ??
    environment.AWS_DEFAULT_REGION ??
    "us-east-1";
  const credentials = environmentCredentials(environment);
  const accountId = await accountOf({ endpoint, region, credentials });
  return { endpoint, region, credentials, accountId };
}

async function accountOf(access: Omit<AwsAccess, "accountId">): Promise<string> {
  const sts = new STSClient({ ...access, maxAttempts: 2 });
  try {
    const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return Account;
  } catch (error) {
    throw new ConfigurationError(
      `Nothing answers as AWS at AWS_ENDPOINT_URL=${access.endpoint}: ${(error as Error).message}`,
    );
  } finally {
    sts.destroy();
  }
}

function environmentCredentials(environment: Environment): NonNullable<AwsAccess["credentials"]> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) return ANY_CREDENTIALS;
  return { accessKeyId, secretAccessKey, sessionToken: environment.AWS_SESSION_TOKEN };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
