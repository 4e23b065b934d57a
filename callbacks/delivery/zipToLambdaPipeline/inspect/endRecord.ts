import type { InspectLimits, ZipSource } from "./model";
import { rejection, ZIP_AGAIN } from "./reject";

export const deploymentOnlyModule = true;

// The end of central directory record: 22 bytes and a comment, at the very end.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.16
const END_SIGNATURE = "PK\x05\x06";
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;

export interface EndRecord {
  readonly entries: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
}

/**
 * Reads the end record, and refuses an archive that two programs may read differently. Programs search for the record
 * in different ways, so it must be the only one after the central directory, which must end right before it.
 */
export async function readEndRecord(source: ZipSource, limits: InspectLimits): Promise<EndRecord> {
  if (source.size === 0)
    throw rejection("empty", "the file is empty", "upload the archive, not a placeholder");
  if (source.size > limits.zippedBytes)
    throw rejection(
      "tooLarge",
      `the archive has ${source.size} bytes; ${limits.zippedBytes} are allowed`,
      "leave out what the app does not use, such as tests and development dependencies",
    );
  const length = Math.min(source.size, END_BYTES + LONGEST_COMMENT);
  const tail = Buffer.from(await source.read(source.size - length, length));
  const position = await findEnd(source, tail);
  const record = tail.subarray(position);
  const end: EndRecord = {
    entries: record.readUInt16LE(10),
    directoryBytes: record.readUInt32LE(12),
    directoryOffset: record.readUInt32LE(16),
  };
  checkEnd(record, end, source.size - length + position);
  // Python uses a zip64 locator wherever one precedes the end record, other programs only when the record refers to it.
  if (tail.subarray(Math.max(position - 20, 0), position).indexOf("PK\x06\x07", 0, "latin1") === 0)
    throw zip64();
  checkCounts(end, limits);
  return end;
}

async function findEnd(source: ZipSource, tail: Buffer): Promise<number> {
  const last = tail.lastIndexOf(END_SIGNATURE, undefined, "latin1");
  if (last < 0) throw await noEnd(source);
  const first = [...signatures(tail)].find(
    (at) =>
      tail.length - at >= END_BYTES && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length,
  );
  if (first === undefined)
    throw rejection(
      "truncated",
      "the archive does not end where its end record says",
      "upload it again: bytes are missing or were added behind it",
    );
  if (first !== last)
    throw rejection(
      "falseEndRecord",
      "the archive's comment holds another end record, so that two programs would see two archives in it",
      ZIP_AGAIN,
    );
  return first;
}

function* signatures(tail: Buffer): Generator<number> {
  for (
    let at = tail.indexOf(END_SIGNATURE, 0, "latin1");
    at >= 0;
    at = tail.indexOf(END_SIGNATURE, at + 1, "latin1")
  )
    yield at;
}

async function noEnd(source: ZipSource): Promise<Error> {
  const start = Buffer.from(await source.read(0, Math.min(4, source.size)));
  if (start.toString("latin1").startsWith("PK"))
    return rejection(
      "truncated",
      "the archive begins like a zip and has no end: bytes are missing",
      "upload it again, and compare its size with that of your file",
    );
  return rejection(
    "notZip",
    `the file is not a zip${isGzip(start) ? " but a gzip" : ""}`,
    "make a zip: (cd app && zip -r ../app.zip .)",
  );
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

function checkEnd(record: Buffer, end: EndRecord, position: number): void {
  if (
    end.entries === 0xffff ||
    end.directoryBytes === 0xffffffff ||
    end.directoryOffset === 0xffffffff
  )
    throw zip64();
  if (
    record.readUInt16LE(4) !== 0 ||
    record.readUInt16LE(6) !== 0 ||
    record.readUInt16LE(8) !== end.entries
  )
    throw rejection("multiDisk", "the archive is one part of several", "make it in one part");
  if (end.directoryOffset + end.directoryBytes !== position)
    throw rejection(
      end.directoryOffset + end.directoryBytes > position ? "damaged" : "hiddenBytes",
      `the table of contents is said to end at byte ${end.directoryOffset + end.directoryBytes}, the end record begins at ${position}`,
      ZIP_AGAIN,
    );
}

function zip64(): Error {
  return rejection(
    "zip64",
    "the archive has the zip64 form, for over 65 534 entries or 4 GiB",
    "leave files out; with Info-ZIP write to a file rather than a pipe, or add -fz-",
  );
}

function checkCounts(end: EndRecord, limits: InspectLimits): void {
  if (end.entries === 0)
    throw rejection(
      "empty",
      "the archive has no files",
      "zip the app's files: (cd app && zip -r ../app.zip .)",
    );
  if (end.entries > limits.entries)
    throw rejection(
      "tooManyEntries",
      `the archive has ${end.entries} files and folders; ${limits.entries} are allowed`,
      "bundle the code, or leave out development dependencies",
    );
  if (end.directoryBytes > limits.directoryBytes)
    throw rejection(
      "directoryTooLarge",
      `the archive's table of contents has ${end.directoryBytes} bytes; ${limits.directoryBytes} are allowed`,
      "shorten the names, or leave files out",
    );
}
