import {
  EC2InstanceConnectClient,
  SendSSHPublicKeyCommand,
} from "@aws-sdk/client-ec2-instance-connect";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { Deps } from "../../deps";
import { isThrottled, isTransient, nameOf } from "../../retry";
import type { SshHost } from "./model";
import type { KeySource } from "./settings";
import { newKeyPair, readPrivateKey } from "./ssh/privateKey";

export const deploymentOnlyModule = true;

/** Private keys for a host, or why there is none; the keys themselves go into no message. */
export type ReadKeys = { readonly privateKeys: readonly string[] } | { readonly problem: string };

/** A key that was replaced is used no longer than this. */
const KEPT_MS = 5 * 60_000;

/**
 * Reads the keys of its sources, in their order. One that cannot be had is left out as long as another one is there: in a
 * rotation the new one may not be everywhere yet.
 *
 * @throws what AWS answers when it may answer better soon.
 */
export function keyReader(
  sources: readonly KeySource[],
  deps: Pick<Deps, "aws" | "now">,
): (host: SshHost, user: string) => Promise<ReadKeys> {
  const kept: { until: number; text: string }[] = [];
  const read = textReader(sources, deps);
  const textOf = async (index: number): Promise<string> => {
    const known = kept[index];
    if (known && deps.now() < known.until) return known.text;
    const text = await read(sources[index]);
    kept[index] = { until: deps.now() + KEPT_MS, text };
    return text;
  };
  const keyOf = async (
    index: number,
    host: SshHost,
    user: string,
  ): Promise<string | { readonly problem: string }> => {
    const source = sources[index];
    try {
      if (source.kind === "instanceConnect") return await sendKey(host, user, deps);
      const key = readPrivateKey(await textOf(index));
      if ("privateKey" in key) return key.privateKey;
      // A mended one is to be seen at once.
      delete kept[index];
      return { problem: `${titleOf(source)}: ${key.problem}` };
    } catch (error) {
      if (isThrottled(error) || isTransient(error)) throw error;
      const missing = "run npx aws-callbacks new-key, or give its place";
      const advice = /^(NoSuchKey|AccessDenied|ParameterNotFound|ResourceNotFound)/;
      const hint = advice.test(nameOf(error)) ? `; ${missing}` : "";
      return { problem: `${titleOf(source)}: ${nameOf(error)}${hint}` };
    }
  };
  return async (host, user) => {
    const found: (string | { readonly problem: string })[] = [];
    for (const index of sources.keys()) found.push(await keyOf(index, host, user));
    const privateKeys = found.filter((one) => typeof one === "string");
    if (privateKeys.length > 0) return { privateKeys };
    const problems = found.flatMap((one) => (typeof one === "string" ? [] : [one.problem]));
    return { problem: problems.join("; ") };
  };
}

/** Makes only the clients that its sources need. */
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

/**
 * A key of this moment, that EC2 Instance Connect lets in for a minute.
 * https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html
 */
async function sendKey(
  { id, kind, zone }: SshHost,
  user: string,
  { aws }: Pick<Deps, "aws">,
): Promise<string | { readonly problem: string }> {
  if (kind === "static") return { problem: "EC2 Instance Connect: the host is no instance" };
  const { privateKey, publicKey } = newKeyPair("ssh-cron");
  const client = new EC2InstanceConnectClient(aws);
  try {
    await client.send(
      new SendSSHPublicKeyCommand({
        InstanceId: id,
        InstanceOSUser: user,
        SSHPublicKey: publicKey,
        AvailabilityZone: zone,
      }),
    );
  } finally {
    client.destroy();
  }
  return privateKey;
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
