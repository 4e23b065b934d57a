import type { InputOf } from "../../../entities/api";
import type { Sdk } from "../api";
import { invalidArgument } from "../errors";
import { bucketOf, onBucket, type Context } from "./access";
import { invalidVersionId } from "./find";
import { encoder, head, pageOf, summary, type Page, type Request } from "./listObjects";
import { byBytes, isVersionId, NULL_VERSION } from "./versions";

export const listObjectVersions = {
  access: (input: InputOf<Sdk, "ListObjectVersions">, context: Context) => [
    onBucket("ListBucketVersions", input, context),
  ],
  run(input: InputOf<Sdk, "ListObjectVersions">, context: Context) {
    const bucket = bucketOf(input, context);
    if (input.VersionIdMarker && !input.KeyMarker)
      throw invalidArgument("A version-id marker cannot be specified without a key marker.", {
        ArgumentName: "version-id-marker",
        ArgumentValue: input.VersionIdMarker,
      });
    const { VersionIdMarker: marker } = input;
    if (marker && marker !== NULL_VERSION && !isVersionId(marker))
      throw invalidVersionId(marker, "version-id-marker");
    const all = bucket.objects.keys().flatMap((key) =>
      bucket.objects.all(key).map((version, index) => ({
        key,
        id: version.versionId,
        version,
        latest: index === 0,
      })),
    );
    const page = pageOfMany(all, input, { key: input.KeyMarker, id: input.VersionIdMarker });
    const encode = encoder(input);
    const Owner = { ID: context.accountId };
    return {
      ...head(bucket, input, page),
      KeyMarker: input.KeyMarker ?? "",
      VersionIdMarker: input.VersionIdMarker ?? "",
      ...(page.truncated && {
        NextKeyMarker: encode(page.last),
        NextVersionIdMarker: page.lastId,
      }),
      Versions: page.rows.flatMap(({ key, version, id: VersionId, latest: IsLatest }) =>
        version.deleteMarker
          ? []
          : [{ ...summary(key, version, encode), VersionId, IsLatest, Owner }],
      ),
      DeleteMarkers: page.rows.flatMap(({ key, version, id: VersionId, latest: IsLatest }) =>
        version.deleteMarker
          ? [{ Key: encode(key), VersionId, IsLatest, LastModified: version.modifiedAt, Owner }]
          : [],
      ),
    };
  },
};

export const listMultipartUploads = {
  access: (input: InputOf<Sdk, "ListMultipartUploads">, context: Context) => [
    onBucket("ListBucketMultipartUploads", input, context),
  ],
  run(input: InputOf<Sdk, "ListMultipartUploads">, context: Context) {
    const bucket = bucketOf(input, context);
    const { KeyMarker, UploadIdMarker, MaxUploads: MaxKeys } = input;
    // The sort is stable: uploads of one key keep the order in which they began.
    const all = [...bucket.uploads.values()].sort((a, b) => byBytes(a.key, b.key));
    const page = pageOfMany(all, { ...input, MaxKeys }, { key: KeyMarker, id: UploadIdMarker });
    const encode = encoder(input);
    const { Prefix, Delimiter, EncodingType, CommonPrefixes } = head(bucket, input, page);
    return {
      Bucket: bucket.name,
      Prefix,
      Delimiter,
      EncodingType,
      CommonPrefixes,
      KeyMarker: KeyMarker ?? "",
      UploadIdMarker: UploadIdMarker ?? "",
      MaxUploads: page.max,
      IsTruncated: page.truncated,
      ...(page.truncated && {
        NextKeyMarker: encode(page.last),
        NextUploadIdMarker: page.lastId,
      }),
      Uploads: page.rows.map(({ id, key, startedAt, checksum, facts }) => ({
        UploadId: id,
        Key: encode(key),
        Initiated: startedAt,
        StorageClass: (facts.StorageClass ?? "STANDARD") as "STANDARD",
        ChecksumAlgorithm: checksum.algorithm as "CRC32" | undefined,
        ChecksumType: checksum.type as "COMPOSITE" | undefined,
      })),
    };
  },
};

/** A row of a list in which a key may have several rows, such as versions. */
interface Row {
  readonly key: string;
  readonly id: string;
}

/** Returns a page like `pageOf`, but of rows. A key may have several rows, and a page may end between two of them. */
function pageOfMany<One extends Row>(
  all: readonly One[],
  request: Request,
  after: { readonly key?: string; readonly id?: string },
): Page & { readonly rows: readonly One[]; readonly lastId?: string } {
  const keys = [...new Set(all.map(({ key }) => key))];
  const page = pageOf(keys, request, after.key ?? "");
  const wanted = new Set(page.keys);
  const ofMarker = all.filter(({ key }) => after.id !== undefined && key === after.key);
  const rest = ofMarker.slice(ofMarker.findIndex(({ id }) => id === after.id) + 1);
  // The sort is stable: the rows of a key keep their order.
  const found: { name: string; row?: One }[] = [
    ...[...rest, ...all.filter(({ key }) => wanted.has(key))].map((row) => ({
      name: row.key,
      row,
    })),
    ...page.prefixes.map((name) => ({ name })),
  ].sort((a, b) => byBytes(a.name, b.name));
  const shown = found.slice(0, page.max);
  return {
    ...page,
    rows: shown.flatMap(({ row }) => row ?? []),
    prefixes: shown.flatMap(({ name, row }) => (row ? [] : [name])),
    truncated: page.max > 0 && (page.truncated || found.length > shown.length),
    last: shown.at(-1)?.name ?? "",
    lastId: shown.at(-1)?.row?.id,
  };
}
