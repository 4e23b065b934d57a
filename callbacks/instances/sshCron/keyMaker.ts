import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { nameOf } from "../../retry";
import { newKeyPair } from "./ssh/privateKey";

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
    const made = await makeKeyPair(s3, place, comment, "once");
    // Where the one before ended between its two parts, nobody has ever seen the public one.
    const publicKey =
      made ?? (await readPublicKey(s3, place)) ?? (await makeKeyPair(s3, place, comment));
    return { publicKey: publicKey ?? "" };
  };
}

/** The public part of the pair that is there. */
export async function readPublicKey(
  s3: S3Client,
  { bucket, key }: KeyPlace,
): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${key}.pub` }));
    return (await Body?.transformToString())?.trim();
  } catch (error) {
    // S3 tells that a key is missing only to who may list the bucket.
    if (/^(NoSuchKey|AccessDenied)$/.test(nameOf(error))) return undefined;
    throw error;
  }
}

/**
 * Makes a pair and puts it into the bucket, which keeps the versions before it. The public part comes last: where it is,
 * the private one is too.
 *
 * @param how `once` makes none where there is one, and answers undefined.
 */
export async function makeKeyPair(
  s3: S3Client,
  { bucket, key }: KeyPlace,
  comment: string,
  how?: "once",
): Promise<string | undefined> {
  const { privateKey, publicKey } = newKeyPair(comment);
  const onlyFirst = how === "once" ? { IfNoneMatch: "*" } : {};
  try {
    const secret = { Bucket: bucket, Key: key, Body: privateKey, ...onlyFirst };
    await s3.send(new PutObjectCommand(secret));
  } catch (error) {
    if (nameOf(error) === "PreconditionFailed") return undefined;
    throw error;
  }
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: `${key}.pub`, Body: `${publicKey}\n` }),
  );
  return publicKey;
}
