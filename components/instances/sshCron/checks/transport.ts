import type * as pulumi from "@pulumi/pulumi";
import { describedError } from "../../../validation";
import type { SshCronArgs } from "../args";
import { targetsOf } from "../given";

const SSH_ONLY = [
  "key",
  "network",
  "address",
  "port",
  "jumpHosts",
  "hostKeys",
  "pty",
  "connectTimeout",
  "readyTimeout",
] as const satisfies (keyof SshCronArgs)[];

/**
 * Bytes. A document may have 64 KB including its parameters, in which each quote of a script takes four bytes.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html (MaxDocumentSizeExceeded)
 */
const LONGEST_SCRIPT = 16 * 1024;

/** Refuses arguments that have no effect without a connection. */
export function checkTransport(self: pulumi.Resource, args: SshCronArgs): void {
  if (args.transport !== "ssm") return;
  const given = SSH_ONLY.find((argument) => args[argument] !== undefined);
  if (given !== undefined)
    throw describedError(
      self,
      given,
      'one beside transport: "ssm"',
      "Systems Manager uses the agents, without a connection to the host; leave it out",
    );
  targetsOf(args).forEach((target, index) => {
    if (!("host" in Object(target))) return;
    const allowed =
      "Systems Manager runs commands on instances; give { instances }, or { tag, value }";
    throw describedError(self, `targets[${index}]`, "a host that is not an instance", allowed);
  });
}

/** @throws pulumi.ResourceError for a script that does not fit into a document of Systems Manager. */
export function checkScriptSize(
  self: pulumi.Resource,
  { transport }: SshCronArgs,
  script: { readonly text: string } | undefined,
): void {
  const bytes = Buffer.byteLength(script?.text ?? "");
  if (transport !== "ssm" || bytes <= LONGEST_SCRIPT) return;
  const allowed = `allowed are ${LONGEST_SCRIPT} bytes with transport: "ssm"; have a command fetch a longer one from S3 with the instance's role`;
  throw describedError(self, "script", `${bytes} bytes`, allowed);
}
