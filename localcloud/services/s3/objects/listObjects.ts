import type { InputOf } from "../../../entities/api";
import { api, type Sdk } from "../api";
import { invalidArgument } from "../errors";
import type { Bucket, StoredObject } from "../store";
import { bucketOf, onBucket, type Context } from "./access";
import { checksumKind } from "./checksums";
import { byBytes } from "./versions";

const MAX_KEYS = 1000;
const TOKEN_MARK = "key:";

export interface Request {
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly EncodingType?: string;
}

/** One entry of a list: a key, or a common prefix of several keys. */
type Entry = { readonly key: string } | { readonly prefix: string };

export interface Page {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** Last key or prefix of the page. */
  readonly last: string;
  readonly max: number;
}

export const listObjectsV2 = {
  access: (input: InputOf<Sdk, "ListObjectsV2">, context: Context) => [
    onBucket("ListBucket", input, context),
  ],
  run(input: InputOf<Sdk, "ListObjectsV2">, context: Context) {
    const bucket = bucketOf(input, context);
    const after = afterOf(input.ContinuationToken) ?? input.StartAfter ?? "";
    const page = pageOf(currentKeys(bucket), input, after);
    const encode = encoder(input);
    return {
      ...head(bucket, input, page),
      StartAfter: input.StartAfter && encode(input.StartAfter),
      ContinuationToken: input.ContinuationToken,
      KeyCount: page.keys.length + page.prefixes.length,
      Contents: contents(bucket, page, encode, input.FetchOwner ? context.accountId : undefined),
      ...(page.truncated && {
        NextContinuationToken: Buffer.from(TOKEN_MARK + page.last).toString("base64url"),
      }),
    };
  },
};

export const listObjects = {
  access: (input: InputOf<Sdk, "ListObjects">, context: Context) => [
    onBucket("ListBucket", input, context),
  ],
  run(input: InputOf<Sdk, "ListObjects">, context: Context) {
    const bucket = bucketOf(input, context);
    const page = pageOf(currentKeys(bucket), input, input.Marker ?? "");
    const encode = encoder(input);
    return {
      ...head(bucket, input, page),
      Marker: input.Marker ?? "",
      Contents: contents(bucket, page, encode, context.accountId),
      ...(page.truncated && input.Delimiter && { NextMarker: encode(page.last) }),
    };
  },
};

/**
 * Returns a page of keys that have the prefix. Keys that are equal up to the next delimiter become one common prefix.
 */
export function pageOf(keys: readonly string[], request: Request, after: string): Page {
  const { Prefix = "", Delimiter = "" } = request;
  const max = Math.min(request.MaxKeys ?? MAX_KEYS, MAX_KEYS);
  if (max < 0)
    throw invalidArgument("Argument maxKeys must be an integer between 0 and 2147483647");
  const entries = new Map<string, Entry>();
  for (const key of keys) {
    if (!key.startsWith(Prefix)) continue;
    const cut = Delimiter === "" ? -1 : key.indexOf(Delimiter, Prefix.length);
    const name = cut < 0 ? key : key.slice(0, cut + Delimiter.length);
    if (byBytes(name, after) <= 0) continue;
    // Keys that start with the last common prefix of the previous page were part of that page.
    if (
      Delimiter !== "" &&
      after.endsWith(Delimiter) &&
      after.length > Prefix.length &&
      key.startsWith(after)
    )
      continue;
    entries.set(name, cut < 0 ? { key } : { prefix: name });
  }
  const found = [...entries].slice(0, max);
  return {
    keys: found.flatMap(([, one]) => ("key" in one ? [one.key] : [])),
    prefixes: found.flatMap(([, one]) => ("prefix" in one ? [one.prefix] : [])),
    truncated: max > 0 && entries.size > max,
    last: found.at(-1)?.[0] ?? "",
    max,
  };
}

function currentKeys({ objects }: Bucket): string[] {
  return objects.keys().filter((key) => objects.current(key) !== undefined);
}

export function head({ name }: Bucket, request: Request, page: Page) {
  const encode = encoder(request);
  return {
    Name: name,
    Prefix: encode(request.Prefix ?? ""),
    Delimiter: request.Delimiter && encode(request.Delimiter),
    MaxKeys: page.max,
    EncodingType: request.EncodingType as "url" | undefined,
    IsTruncated: page.truncated,
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

type Encode = (text: string) => string;

function contents({ objects }: Bucket, page: Page, encode: Encode, owner: string | undefined) {
  return page.keys.map((key) => ({
    ...summary(key, objects.current(key) as StoredObject, encode),
    ...(owner !== undefined && { Owner: { ID: owner } }),
  }));
}

export function summary(key: string, object: StoredObject, encode: Encode) {
  return {
    Key: encode(key),
    LastModified: object.modifiedAt,
    ETag: object.etag,
    ...checksumKind(object.checksums),
    Size: object.body.length,
    StorageClass: (object.StorageClass ?? "STANDARD") as "STANDARD",
  };
}

/** Percent-encodes keys if the client requests it, because XML cannot represent every character. */
export function encoder({ EncodingType }: Request): Encode {
  return EncodingType === "url"
    ? (text) => encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%20", "+")
    : (text) => text;
}

function afterOf(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith(TOKEN_MARK)) throw api.errors.invalidToken();
  return text.slice(TOKEN_MARK.length);
}
