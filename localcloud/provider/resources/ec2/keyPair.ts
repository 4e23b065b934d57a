import type { KeyPairArgs } from "@pulumi/aws/ec2/keyPair";
import type { Args } from "../../define";
import { ec2 } from "./client";

/** A public key that was made elsewhere: its private key is never sent here. */
export const keyPair = ec2.resource<Args<KeyPairArgs>>({
  token: "aws:ec2/keyPair:KeyPair",
  inputs: ["keyName", "keyNamePrefix", "publicKey", "tags"],
  outputs: ["arn", "fingerprint", "keyPairId", "keyType"],
  names: { KeyFingerprint: "fingerprint" },
  autoname: { property: "keyName", maxLength: 255 },
  required: ["publicKey"],
  replaceOn: ["keyName", "keyNamePrefix", "publicKey"],
  gone: ["InvalidKeyPair.NotFound"],
  create: {
    ImportKeyPair: ({ publicKey }) => ({ PublicKeyMaterial: Buffer.from(publicKey) }),
  },
  id: ({ keyName }) => keyName ?? "",
  read: { DescribeKeyPairs: (name) => ({ KeyNames: [name] }) },
  // AWS returns the key without its comment: the program's value is kept.
  outputsFrom: (found, _id, { publicKey }) => ({ ...found, ...(publicKey && { publicKey }) }),
  delete: { DeleteKeyPair: (KeyName) => ({ KeyName }) },
  tags: {
    of: (_id, { keyPairId }) => ({ Resources: [keyPairId] }),
    tag: "CreateTags",
    untag: "DeleteTags",
  },
});
