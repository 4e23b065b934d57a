import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { nameOf } from "../../retry";
import { newKeyPair, publicKeyOf } from "./ssh/privateKey";

export const deploymentOnlyModule = true;

/** Location of a key pair: the private key under this key, the public key under the same with `.pub`. */
export interface KeyPlace {
  readonly bucket: string;
  readonly key: string;
}

type Handler = () => Promise<{ readonly publicKey: string }>;

/** Made for `callbackFactory`: creates the key pair of a cron once, and answers only its public key. */
export const keyMakerFactory = (comment: string) => (): Handler => {
  const { KEY_BUCKET: bucket = "", KEY_NAME: key = "" } = process.env;
  return keyMaker(new S3Client({}), { bucket, key }, comment);
};

export function keyMaker(s3: S3Client, place: KeyPlace, comment: string): Handler {
  return async () => {
    const { publicKey } = await ensureKeyPair(s3, place, comment);
    return { publicKey };
  };
}

/**
 * Creates a key pair if there is none. The private key, which S3 accepts only once, decides; the public key is derived
 * from it. So two calls at the same time, or a call that ended between the two parts, do no harm.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws Error for a private key from which no public key can be derived, and S3's own errors: an unreadable key is
 *   never replaced.
 */
export async function ensureKeyPair(
  s3: S3Client,
  place: KeyPlace,
  comment: string,
): Promise<{ readonly publicKey: string; readonly isNew: boolean }> {
  const pair = newKeyPair(comment);
  if (await putFirst(s3, place, pair.privateKey)) {
    await putPublicKey(s3, place, pair.publicKey);
    return { publicKey: pair.publicKey, isNew: true };
  }
  const derived = publicKeyOf(await readText(s3, place.bucket, place.key), comment);
  const kept = await readPublicKey(s3, place);
  const publicKey = derived !== undefined && blobOf(derived) !== blobOf(kept) ? derived : kept;
  if (publicKey === undefined)
    throw new Error(
      `The public part of s3://${place.bucket}/${place.key} cannot be derived from it; put it under the same key with .pub.`,
    );
  if (publicKey !== kept) await putPublicKey(s3, place, publicKey);
  return { publicKey, isNew: false };
}

function blobOf(line = ""): string {
  return line.split(" ")[1] ?? "";
}

/** Replaces the key pair; the bucket keeps the previous versions. */
export async function replaceKeyPair(
  s3: S3Client,
  place: KeyPlace,
  comment: string,
): Promise<string> {
  const { privateKey, publicKey } = newKeyPair(comment);
  const { bucket: Bucket, key: Key } = place;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: privateKey }));
  await putPublicKey(s3, place, publicKey);
  return publicKey;
}

const MOST_TRIES = 5;

/** Writes the object unless the key exists already; returns whether it was written. */
async function putFirst(
  s3: S3Client,
  { bucket: Bucket, key: Key }: KeyPlace,
  Body: string,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: "*" }));
      return true;
    } catch (error) {
      if (nameOf(error) === "PreconditionFailed") return false;
      // Another call is writing it at this moment: retry.
      if (nameOf(error) !== "ConditionalRequestConflict" || attempt === MOST_TRIES) throw error;
    }
  }
}

async function putPublicKey(
  s3: S3Client,
  { bucket: Bucket, key }: KeyPlace,
  publicKey: string,
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key: `${key}.pub`, Body: `${publicKey}\n` }));
}

async function readPublicKey(s3: S3Client, { bucket, key }: KeyPlace): Promise<string | undefined> {
  try {
    return (await readText(s3, bucket, `${key}.pub`)).trim();
  } catch (error) {
    // Without permission to list the bucket, S3 answers AccessDenied for a missing key.
    if (/^(NoSuchKey|AccessDenied)$/.test(nameOf(error))) return undefined;
    throw error;
  }
}

async function readText(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}
