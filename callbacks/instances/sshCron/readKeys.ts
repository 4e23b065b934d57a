import {
  EC2InstanceConnectClient,
  SendSSHPublicKeyCommand,
} from "@aws-sdk/client-ec2-instance-connect";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Deps } from "../../deps";
import { isThrottled, isTransient, nameOf, retrying } from "../../retry";
import type { SshHost } from "./model";
import type { KeySource } from "./settings";
import { type LoginKey, pairProblem } from "./ssh/loginKeys";
import { type KeyProblem, newKeyPair, readPrivateKey } from "./ssh/privateKey";

export const deploymentOnlyModule = true;

/** Private keys for a host, or why there are none; messages never contain the keys themselves. */
export type ReadKeys = { readonly privateKeys: readonly LoginKey[] } | KeyProblem;

/** Milliseconds that a key is cached: a replaced key is used no longer than this. */
const KEPT_MS = 5 * 60_000;

/**
 * Reads the keys of the sources, in order. An unavailable key is skipped as long as another one is available: during a
 * rotation the new key may not be everywhere yet.
 *
 * @throws AWS's error if a retry may succeed.
 */
export function keyReader(
  sources: readonly KeySource[],
  deps: Pick<Deps, "aws" | "now" | "random" | "sleep">,
): (host: SshHost, user: string) => Promise<ReadKeys> {
  const kept: { until: number; key: string }[] = [];
  const read = textReader(sources, deps);
  /** A broken key is not cached, so that a repaired one is used at once. */
  const storedKey = async (index: number, source: KeySource): Promise<string | KeyProblem> => {
    const known = kept[index];
    if (known && deps.now() < known.until) return known.key;
    const found = readPrivateKey(await read(source));
    if ("problem" in found) return found;
    const { privateKey: key } = found;
    const problem = pairProblem(key);
    if (problem) return problem;
    kept[index] = { until: deps.now() + KEPT_MS, key };
    return key;
  };
  const keyOf = async (
    [index, source]: readonly [number, KeySource],
    host: SshHost,
    user: string,
  ): Promise<LoginKey | KeyProblem> => {
    try {
      if (source.kind === "instanceConnect") return temporaryKey(host, user, deps);
      const key = await storedKey(index, source);
      return typeof key === "string" ? key : { problem: `${titleOf(source)}: ${key.problem}` };
    } catch (error) {
      if (isThrottled(error) || isTransient(error)) throw error;
      const missing = "run npx aws-callbacks new-key, or give its place";
      const advice = /^(NoSuchKey|AccessDenied|ParameterNotFound|ResourceNotFound)/;
      const hint = advice.test(nameOf(error)) ? `; ${missing}` : "";
      return { problem: `${titleOf(source)}: ${nameOf(error)}${hint}` };
    }
  };
  return async (host, user) => {
    const privateKeys: LoginKey[] = [];
    const problems: string[] = [];
    for (const source of sources.entries()) {
      const found = await keyOf(source, host, user);
      if (typeof found === "object" && "problem" in found) problems.push(found.problem);
      else privateKeys.push(found);
    }
    return privateKeys.length > 0 ? { privateKeys } : { problem: problems.join("; ") };
  };
}

/** Creates only the clients that the sources need. */
function textReader(
  sources: readonly KeySource[],
  { aws }: Pick<Deps, "aws">,
): (source: KeySource) => Promise<string> {
  const uses = (kind: KeySource["kind"]): boolean => sources.some((one) => one.kind === kind);
  const s3 = uses("s3") ? new S3Client(aws) : undefined;
  const ssm = uses("ssm") ? new SSMClient(aws) : undefined;
  const secrets = uses("secret") ? new SecretsManagerClient(aws) : undefined;
  return async (source) => {
    switch (source.kind) {
      case "s3": {
        const { bucket, key, versionId } = source;
        const input = { Bucket: bucket, Key: key, ...(versionId ? { VersionId: versionId } : {}) };
        const answer = await s3?.send(new GetObjectCommand(input));
        return (await answer?.Body?.transformToString()) ?? "";
      }
      case "ssm": {
        const input = { Name: source.parameter, WithDecryption: true };
        return (await ssm?.send(new GetParameterCommand(input)))?.Parameter?.Value ?? "";
      }
      case "secret": {
        const input = { SecretId: source.secret };
        return (await secrets?.send(new GetSecretValueCommand(input)))?.SecretString ?? "";
      }
      case "instanceConnect":
        throw new Error("it has no text");
    }
  };
}

/** Milliseconds in which sending a temporary key is retried while AWS refuses it. */
const TEMPORARY_KEY_MS = 5_000;

/**
 * Creates a temporary key that EC2 Instance Connect accepts for a minute.
 * https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html
 */
function temporaryKey(
  { id, kind, zone }: SshHost,
  user: string,
  deps: Pick<Deps, "aws" | "now" | "random" | "sleep">,
): LoginKey | KeyProblem {
  if (kind === "static") return { problem: "EC2 Instance Connect: the host is not an instance" };
  return {
    async request() {
      const { privateKey, publicKey } = newKeyPair("ssh-cron");
      const client = new EC2InstanceConnectClient(deps.aws);
      const input = {
        InstanceId: id,
        InstanceOSUser: user,
        SSHPublicKey: publicKey,
        AvailabilityZone: zone,
      };
      try {
        await retrying({ deps, until: deps.now() + TEMPORARY_KEY_MS }, () =>
          client.send(new SendSSHPublicKeyCommand(input)),
        );
        return privateKey;
      } catch (error) {
        return { problem: `EC2 Instance Connect: ${nameOf(error)}` };
      } finally {
        client.destroy();
      }
    },
  };
}

function titleOf(source: KeySource): string {
  switch (source.kind) {
    case "s3":
      return `the key s3://${source.bucket}/${source.key}`;
    case "ssm":
      return `the key in the parameter ${source.parameter}`;
    case "secret":
      return `the key in the secret ${source.secret}`;
    case "instanceConnect":
      return "EC2 Instance Connect";
  }
}
