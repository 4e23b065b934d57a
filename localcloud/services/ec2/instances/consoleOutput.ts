import type * as Sdk from "@aws-sdk/client-ec2";
import type { OperationOf } from "../../../entities/api";
import { instances } from "./instances";
import { fingerprint } from "../ssh/hostKey";
import type { Ec2Store, StoredInstance } from "../store";

/**
 * Returns what cloud-init writes to the console after the boot: the instance's host key, which nobody between the
 * instance and the API can replace, and its program's output.
 * https://github.com/canonical/cloud-init/blob/main/tools/write-ssh-key-fingerprints
 */
export const getConsoleOutput: OperationOf<typeof Sdk, Ec2Store, "GetConsoleOutput"> = {
  access: ({ InstanceId }, context) => [instances.access("GetConsoleOutput", InstanceId, context)],
  run({ InstanceId }, context) {
    const instance = instances.at(InstanceId, context);
    const { bootedAt } = instance;
    if (bootedAt === undefined) return { InstanceId, Timestamp: instance.shape.LaunchTime };
    const text = consoleText(instance, context.store);
    return {
      InstanceId,
      Timestamp: new Date(bootedAt),
      Output: Buffer.from(text).toString("base64"),
    };
  },
};

function consoleText(instance: StoredInstance, store: Ec2Store): string {
  const { public: publicKey } = store.hosts.of(instance).hostKey;
  const name = instance.shape.PrivateDnsName?.split(".")[0] ?? instance.id;
  const line = "#".repeat(61);
  return [
    `Cloud-init v. 24.4 running 'modules:final' on ${name}`,
    `ec2: ${line}`,
    "ec2: -----BEGIN SSH HOST KEY FINGERPRINTS-----",
    `ec2: 256 ${fingerprint(publicKey)} root@${name} (ED25519)`,
    "ec2: -----END SSH HOST KEY FINGERPRINTS-----",
    `ec2: ${line}`,
    "-----BEGIN SSH HOST KEY KEYS-----",
    `${publicKey} root@${name}`,
    "-----END SSH HOST KEY KEYS-----",
    "",
    `${name} login: `,
    ...store.programs.consoleOf(instance).split("\n"),
    // Line endings of a serial console.
  ].join("\r\n");
}
