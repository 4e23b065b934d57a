import { createHash, createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { KeyPairInfo } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import type { CallContext } from "../../../core/service";
import { api, ec2Error, invalidParameter } from "../api";
import { selectResources, newId, shown, tagList, tagsOfNewResource } from "../queries/described";
import { fingerprint, keyBytes, newHostKey, pemKey, ssh2 } from "../ssh/hostKey";
import type { Ec2Store, StoredKeyPair } from "../store";

type Context = CallContext<Ec2Store>;

export const keyPairs = api.entity<StoredKeyPair>({
  all: (store) => store.keyPairs,
  key: (reference, { store }, { KeyPairId }) => nameOf(KeyPairId, store) ?? reference,
  arn: (name, place) => formatArn("ec2", place, `key-pair/${name || "*"}`),
  notFound: (name) => noKeyPair(name),
  tags: (pair) => pair.tags,
  operations: {
    CreateKeyPair: {
      names: "KeyName",
      does(input, context) {
        if (input.KeyFormat === "ppk")
          throw invalidParameter("The local cloud makes keys in the format pem.");
        const { KeyType = "rsa" } = input;
        const { publicKey, KeyMaterial, KeyFingerprint } =
          KeyType === "ed25519" ? newEd25519() : newRsa();
        const pair = add(input, { KeyType, KeyFingerprint, publicKey }, context);
        const { KeyPairId } = pair.shape;
        const { KeyName } = input;
        return { KeyFingerprint, KeyMaterial, KeyName, KeyPairId, Tags: tagList(pair.tags) };
      },
    },
    ImportKeyPair: {
      names: "KeyName",
      does(input, context) {
        const publicKey = Buffer.from(input.PublicKeyMaterial).toString("utf8").trim();
        const KeyType = /^ssh-(rsa|ed25519) [A-Za-z0-9+/=]+/.exec(publicKey)?.[1];
        if (!KeyType || ssh2().utils.parseKey(publicKey) instanceof Error)
          throw ec2Error("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
        // The fingerprint of an imported RSA key is the MD5 hash of its public part.
        const KeyFingerprint =
          KeyType === "rsa"
            ? colons(createHash("md5").update(rsaPublicDer(publicKey)).digest())
            : fingerprint(publicKey).slice("SHA256:".length);
        const shape = { KeyType: KeyType === "rsa" ? "rsa" : "ed25519", KeyFingerprint } as const;
        const pair = add(input, { ...shape, publicKey }, context);
        const { KeyPairId } = pair.shape;
        return { KeyFingerprint, KeyName: input.KeyName, KeyPairId, Tags: tagList(pair.tags) };
      },
    },
    DescribeKeyPairs: {
      lists: "KeyPairs",
      max: Infinity,
      among({ KeyNames, KeyPairIds, Filters }, { store }) {
        for (const name of KeyNames ?? []) if (!store.keyPairs.has(name)) throw noKeyPair(name);
        const byId = new Map([...store.keyPairs.values()].map((pair) => [pair.id, pair]));
        for (const id of KeyPairIds ?? [])
          if (!byId.has(id))
            throw ec2Error("InvalidKeyPair.NotFound", `The key pair ID '${id}' does not exist`);
        return selectResources(byId, "keyPair", KeyPairIds, "DescribeKeyPairs", Filters).filter(
          ({ shape }) => !KeyNames?.length || KeyNames.includes(shape.KeyName ?? ""),
        );
      },
      view: (pair, { IncludePublicKey }) => ({
        ...shown(pair),
        ...(IncludePublicKey && { PublicKey: pair.publicKey }),
      }),
    },
    DeleteKeyPair: {
      names: "KeyName",
      // Deleting a key pair that does not exist is not an error:
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html
      does({ KeyName, KeyPairId }, { store }) {
        const name = nameOf(KeyPairId, store) ?? KeyName ?? "";
        const id = store.keyPairs.get(name)?.id;
        store.keyPairs.delete(name);
        return { Return: true, KeyPairId: id };
      },
    },
  },
});

/** Returns the public key for an instance launch. @throws if no key pair has this name */
export function publicKeyOf(name: string | undefined, store: Ec2Store): string | undefined {
  if (name === undefined) return undefined;
  const pair = store.keyPairs.get(name);
  if (!pair) throw noKeyPair(name);
  return pair.publicKey;
}

function noKeyPair(name: string) {
  return ec2Error("InvalidKeyPair.NotFound", `The key pair '${name}' does not exist`);
}

function nameOf(id: unknown, store: Ec2Store): string | undefined {
  if (id === undefined) return undefined;
  return [...store.keyPairs].find(([, pair]) => pair.id === id)?.[0];
}

function add(
  input: Pick<KeyPairInfo, "KeyName"> & {
    readonly TagSpecifications?: Parameters<typeof tagsOfNewResource>[0];
  },
  { publicKey, ...made }: KeyPairInfo & { readonly publicKey: string },
  { store, clock }: Context,
): StoredKeyPair {
  const { KeyName = "" } = input;
  if (store.keyPairs.has(KeyName))
    throw ec2Error("InvalidKeyPair.Duplicate", `The keypair '${KeyName}' already exists.`);
  const id = newId("key");
  const shape = { KeyPairId: id, KeyName, ...made, CreateTime: clock.date() };
  const tags = tagsOfNewResource(input.TagSpecifications, "key-pair");
  const pair: StoredKeyPair = { id, shape, tags, publicKey };
  store.keyPairs.set(KeyName, pair);
  return pair;
}

interface NewKey {
  readonly publicKey: string;
  readonly KeyMaterial: string;
  readonly KeyFingerprint: string;
}

function newEd25519(): NewKey {
  const made = newHostKey();
  const KeyFingerprint = fingerprint(made.public).slice("SHA256:".length);
  return { publicKey: made.public, KeyMaterial: made.private, KeyFingerprint };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html: SHA-1 of the private key as PKCS#8 DER. */
function newRsa(): NewKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const KeyMaterial = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const der = createPrivateKey(KeyMaterial).export({ type: "pkcs8", format: "der" });
  return {
    publicKey: pemKey(KeyMaterial).public,
    KeyMaterial,
    KeyFingerprint: colons(createHash("sha1").update(der).digest()),
  };
}

function rsaPublicDer(publicKey: string): Buffer {
  const parsed = ssh2().utils.parseKey(`ssh-rsa ${keyBytes(publicKey).toString("base64")}`);
  if (parsed instanceof Error) throw parsed;
  const lines = parsed.getPublicPEM().split("\n");
  return Buffer.from(lines.filter((line) => !line.startsWith("-")).join(""), "base64");
}

function colons(hash: Buffer): string {
  return hash.toString("hex").replace(/(..)(?=.)/g, "$1:");
}
