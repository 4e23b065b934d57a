import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry, type ZipFile } from "yauzl";
import type { EndRecord } from "./endRecord";
import type { InspectLimits, ZipEntry, ZipSource } from "./model";
import { checkMode } from "./modes";
import { checkName, createNameCheck, readName } from "./names";
import { rejection, shown, ZIP_AGAIN } from "./reject";

export const deploymentOnlyModule = true;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const SENTINEL = 0xffffffff;

/** An entry, with yauzl's own entry, which finds its local header. */
export interface ListedEntry extends ZipEntry {
  readonly listed: Entry;
}

export interface Directory {
  readonly zip: ZipFile;
  readonly entries: readonly ListedEntry[];
}

/** Reads and checks the whole central directory: names, modes, methods and declared sizes. */
export async function readDirectory(
  source: ZipSource,
  end: EndRecord,
  limits: InspectLimits,
): Promise<Directory> {
  // Names as bytes, because this code decodes them strictly itself, and no check of sizes, because it counts the bytes.
  const zip = await fromRandomAccessReaderPromise(readerOf(source), source.size, {
    decodeStrings: false,
    validateEntrySizes: false,
    autoClose: false,
  }).catch(asRejection);
  const entries: ListedEntry[] = [];
  const checkTogether = createNameCheck();
  let declared = 0;
  const listing = zip.eachEntry();
  for (;;) {
    const next = await listing.next().catch(asRejection);
    if (next.done === true) break;
    const entry = readEntry(next.value);
    checkTogether(entry.name);
    declared += entry.size;
    if (declared > limits.unzippedBytes) throw tooLarge(declared, limits);
    entries.push(entry);
  }
  checkEnd(entries, end);
  return { zip, entries };
}

export function tooLarge(bytes: number, limits: InspectLimits): Error {
  return rejection(
    "tooLarge",
    `the files have ${bytes} bytes or more; ${limits.unzippedBytes} are allowed`,
    "leave out what the app does not use, such as tests and development dependencies",
  );
}

function readEntry(listed: Entry): ListedEntry {
  const rawName = listed.fileNameRaw;
  const name = readName(rawName, listed.generalPurposeBitFlag);
  checkName(name);
  if ((listed.generalPurposeBitFlag & ENCRYPTED) !== 0) throw encrypted(name);
  checkMethod(name, listed);
  checkMode(name, { versionMadeBy: listed.versionMadeBy, external: listed.externalFileAttributes });
  const folder = name.endsWith("/");
  if (folder && listed.uncompressedSize !== 0)
    throw rejection("damaged", `the folder '${shown(name)}' has content`, ZIP_AGAIN);
  return {
    listed,
    name,
    rawName,
    folder,
    method: listed.compressionMethod,
    flags: listed.generalPurposeBitFlag,
    crc32: listed.crc32,
    compressedSize: listed.compressedSize,
    size: listed.uncompressedSize,
    offset: listed.relativeOffsetOfLocalHeader,
  };
}

function checkMethod(name: string, entry: Entry): void {
  const method = entry.compressionMethod;
  if (method !== STORED && method !== DEFLATED)
    throw rejection(
      "unsupportedCompression",
      `'${shown(name)}' is compressed by method ${method}; Lambda takes stored and deflated files`,
      "zip with the default compression: (cd app && zip -r ../app.zip .)",
    );
  // yauzl has already resolved 64 bit values: a larger value is over 4 GiB, or a sentinel without its zip64 field.
  if (
    [entry.compressedSize, entry.uncompressedSize, entry.relativeOffsetOfLocalHeader].some(
      (value) => value >= SENTINEL,
    )
  )
    throw rejection("zip64", `'${shown(name)}' declares 4 GiB or more`, ZIP_AGAIN);
  if (method === STORED && entry.compressedSize !== entry.uncompressedSize)
    throw rejection("wrongSize", `'${shown(name)}' is stored and has two sizes`, ZIP_AGAIN);
}

function checkEnd(entries: readonly ListedEntry[], end: EndRecord): void {
  const bytes = entries.reduce((sum, { listed }) => sum + directoryBytes(listed), 0);
  if (bytes !== end.directoryBytes)
    throw rejection(
      "hiddenBytes",
      `the table of contents has ${end.directoryBytes} bytes, its ${entries.length} entries take ${bytes}`,
      ZIP_AGAIN,
    );
}

function directoryBytes(entry: Entry): number {
  return 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
}

function encrypted(name: string): Error {
  return rejection("encrypted", `'${shown(name)}' is encrypted`, "zip without a password");
}

/**
 * Turns yauzl's errors, which are about the archive, into rejections; the source's errors are about the network and
 * stay unchanged.
 */
export function asRejection(error: unknown): never {
  if (!(error instanceof Error) || "source" in error) throw error;
  const message = error.message;
  if (message.includes("strong encryption"))
    throw rejection("encrypted", message, "zip without a password");
  throw rejection(
    "damaged",
    `the archive is damaged: ${shown(message)}`,
    "upload it again, or make it again",
  );
}

/** Adapts a source for yauzl. */
function readerOf(source: ZipSource): RandomAccessReader {
  // yauzl expects a subclass that defines `read`, but a serialized callback cannot define classes.
  const reader = Reflect.construct(RandomAccessReader, []) as RandomAccessReader;
  reader.read = (buffer, offset, length, position, callback): void => {
    if (position < 0 || position + length > source.size)
      return callback(new Error("unexpected EOF"));
    source.read(position, length).then(
      (bytes) => {
        buffer.set(bytes.subarray(0, length), offset);
        callback(bytes.length < length ? new Error("unexpected EOF") : null);
      },
      (error: unknown) => callback(Object.assign(asError(error), { source: true })),
    );
  };
  return reader;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
