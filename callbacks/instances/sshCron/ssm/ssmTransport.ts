import { randomUUID } from "node:crypto";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Deps } from "../../../deps";
import { nameOf } from "../../../retry";
import { runCommands, type Work } from "../job";
import type { SshCronSettings } from "../settings";
import type { Transport } from "../transport";
import type { Invocation } from "./commandEnd";
import { commandShell, type CommandPorts, type CommandTarget } from "./commandShell";

export const deploymentOnlyModule = true;

/** Location to which agents write the whole output. */
export interface OutputPlace {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * Creates the transport for instances whose agents Systems Manager controls: without a connection, and without keys.
 */
export function ssmTransport(
  { name, user }: Pick<SshCronSettings, "name" | "user">,
  output: OutputPlace,
  deps: Pick<Deps, "aws" | "random">,
): Transport {
  // The SDK's own retries would send a command again after a lost answer.
  const ssm = new SSMClient({ ...deps.aws, maxAttempts: 1 });
  const s3 = new S3Client(deps.aws);
  return {
    async reach({ occurrence, host }) {
      const target: CommandTarget = {
        instanceId: host.id,
        user,
        ...output,
        comment: () => `${name} ${occurrence} ${randomUUID().slice(0, 8)}`,
      };
      const ports: CommandPorts = {
        ssm,
        random: deps.random,
        readOutput: (commandId, invocation, hear) =>
          readOutput(s3, outputPlace(target, commandId), invocation, hear),
      };
      return (work) => runCommands(work, commandShell(target, ports, work));
    },
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html */
function outputPlace(
  { bucket: Bucket, prefix, instanceId }: CommandTarget,
  commandId: string,
): { Bucket: string; Key: string } {
  const step = "awsrunShellScript";
  return { Bucket, Key: `${prefix}/${commandId}/${instanceId}/${step}/0.${step}/stdout` };
}

/**
 * Bytes above which an answer may be truncated: it has at most 24 000 characters, with a mark where something is
 * missing.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
 */
const MAY_BE_CUT = 23_900;

async function readOutput(
  s3: S3Client,
  place: { Bucket: string; Key: string },
  { StandardOutputContent = "" }: Invocation,
  hear: Work["hear"],
): Promise<void> {
  const output = Buffer.from(StandardOutputContent);
  if (output.length < MAY_BE_CUT) {
    if (output.length > 0) hear(output);
    return;
  }
  try {
    const { Body } = await s3.send(new GetObjectCommand(place));
    for await (const chunk of Body?.transformToWebStream() ?? []) hear(chunk as Uint8Array);
  } catch (error) {
    hear(output);
    const where = `s3://${place.Bucket}/${place.Key}`;
    const why = `${nameOf(error)}; the instance's role must be allowed to put it there`;
    hear(Buffer.from(`\n[... the rest is not in ${where}: ${why} ...]\n`));
  }
}
