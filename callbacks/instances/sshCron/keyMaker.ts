import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { nameOf } from "../../retry";
import { newKeyPair, publicKeyOf } from "./ssh/privateKey";

export const deploymentOnlyModule = true;

/** Where a pair lies: the private part under this key, the public one under the same with `.pub`. */
export interface KeyPlace {
  readonly bucket: string;
  readonly key: string;
}

type Handler = () => Promise<{ readonly publicKey: string }>;

/** Made for `callbackFactory`: makes the pair of a cron once, and answers with its public part alone. */
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
 * Makes a pair where there is none. The private part alone decides, which S3 takes once; the public one is a copy of what
 * stands in it, so that two that come at the same time, or one that ended between its two parts, change nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws Error for a private key whose public part cannot be told, and what S3 answers: what cannot be read is never
 *   replaced.
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
  const told = publicKeyOf(await readText(s3, place.bucket, place.key), comment);
  const kept = await readPublicKey(s3, place);
  const publicKey = told !== undefined && blobOf(told) !== blobOf(kept) ? told : kept;
  if (publicKey === undefined)
    throw new Error(
      `The public part of s3://${place.bucket}/${place.key} cannot be told from it; put it under the same key with .pub.`,
    );
  if (publicKey !== kept) await putPublicKey(s3, place, publicKey);
  return { publicKey, isNew: false };
}

function blobOf(line = ""): string {
  return line.split(" ")[1] ?? "";
}

/** Puts a new pair in the place of the one that is there; the bucket keeps the versions before it. */
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

/** False where there is one already. */
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
      // Another one writes it at this moment: to be asked again.
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
    // S3 tells that a key is missing only to who may list the bucket.
    if (/^(NoSuchKey|AccessDenied)$/.test(nameOf(error))) return undefined;
    throw error;
  }
}

async function readText(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}
