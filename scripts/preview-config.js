#!/usr/bin/env node
// Replaces the configuration of a stack by one for a preview without keys:
//   node scripts/preview-config.js Pulumi.prod.yaml
// Every secret gets an invented value, encrypted with the empty passphrase. A stack that would create its network gets the
// ids of an existing one, because AWSX does not run on the local cloud.
"use strict";
const { createCipheriv, pbkdf2Sync, randomBytes } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const { isMap, isScalar, parseDocument, visit } = require("yaml");

/** Value of every secret in a preview. */
const SECRET = "secret";

const NETWORK = "aws-callbacks:network";
const EXISTING_NETWORK = {
  subnetIds: ["subnet-00000000000000001"],
  securityGroupIds: ["sg-00000000000000001"],
};

/** Returns the text of Pulumi.<stack>.yaml for a preview of that stack. */
function previewConfig(text, stack) {
  const document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  for (const key of ["encryptionsalt", "encryptedkey", "secretsprovider"]) document.delete(key);
  const { salt, encrypt } = encryption();
  document.set("encryptionsalt", salt);
  visit(document, {
    Map(_key, node) {
      if (node.items.length !== 1 || !isScalar(node.get("secure", true))) return undefined;
      node.set("secure", encrypt(SECRET));
      return visit.SKIP;
    },
  });
  if (stack === "prod" && !document.hasIn(["config", NETWORK]))
    document.setIn(["config", NETWORK], document.createNode(EXISTING_NETWORK));
  return document.toString();
}

/**
 * Pulumi's passphrase secrets: AES-256-GCM under PBKDF2-SHA256 of a million rounds; the salt carries a known text to check
 * the passphrase with. https://github.com/pulumi/pulumi/blob/master/pkg/secrets/passphrase/manager.go
 */
function encryption() {
  const salt = randomBytes(8);
  const key = pbkdf2Sync("", salt, 1_000_000, 32, "sha256");
  const encrypt = (text) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = [cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
    return `v1:${nonce.toString("base64")}:${Buffer.concat(sealed).toString("base64")}`;
  };
  return { salt: `v1:${salt.toString("base64")}:${encrypt("pulumi")}`, encrypt };
}

module.exports = { previewConfig };

if (require.main === module) {
  const [file] = process.argv.slice(2);
  const [, stack] = /^Pulumi\.(.+)\.yaml$/.exec(path.basename(file)) ?? [];
  writeFileSync(file, previewConfig(readFileSync(file, "utf8"), stack));
}
