import type { LocalFileHeader } from "yauzl";
import { asRejection, type Directory, type ListedEntry } from "./directory";
import type { EndRecord } from "./endRecord";
import type { ZipSource } from "./model";
import { rejection, shown, ZIP_AGAIN } from "./reject";

export const deploymentOnlyModule = true;

/** Bit 3: sizes and checksum follow the data, in a data descriptor. */
const DESCRIPTOR = 0x0008;
const DESCRIPTOR_SIGNATURE = 0x08074b50;
const SENTINEL = 0xffffffff;

/** An entry and the offset of its data. */
export interface PlacedEntry extends ListedEntry {
  readonly dataStart: number;
  readonly dataEnd: number;
}

/**
 * Reads the local header of each file: it must agree with the central directory, and the files must follow one another
 * without a gap or an overlap. Programs that unpack a stream trust the local headers, others the directory. Reads one
 * entry at a time, so that a caller that also reads the data reads each part of the archive once.
 */
export async function* placeEntries(
  source: ZipSource,
  { zip, entries }: Directory,
  end: EndRecord,
): AsyncGenerator<PlacedEntry> {
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset);
  let at = 0;
  for (const entry of inOrder) {
    checkPlace(entry, at);
    const header = await zip.readLocalFileHeaderPromise(entry.listed).catch(asRejection);
    checkHeader(entry, header);
    const dataEnd = header.fileDataStart + entry.compressedSize;
    if (dataEnd > end.directoryOffset) throw overlapping(entry);
    at = dataEnd + (await descriptorBytes(source, entry, dataEnd, end));
    yield { ...entry, dataStart: header.fileDataStart, dataEnd };
  }
  if (at < end.directoryOffset) throw gap(at, end.directoryOffset);
}

function checkPlace(entry: ListedEntry, at: number): void {
  if (entry.offset < at) throw overlapping(entry);
  if (entry.offset > at) throw gap(at, entry.offset);
}

function overlapping(entry: ListedEntry): Error {
  return rejection(
    "overlappingEntries",
    `'${shown(entry.name)}' shares bytes with another entry`,
    ZIP_AGAIN,
  );
}

function gap(from: number, to: number): Error {
  return rejection("hiddenBytes", `bytes ${from} to ${to} belong to no entry`, ZIP_AGAIN);
}

function checkHeader(entry: ListedEntry, header: LocalFileHeader): void {
  const differing = differences(entry, header);
  if (differing.length > 0)
    throw rejection(
      "localHeaderDiffers",
      `'${shown(entry.name)}' has another ${differing.join(", ")} in its own header than in the table of contents`,
      ZIP_AGAIN,
    );
}

function differences(entry: ListedEntry, header: LocalFileHeader): string[] {
  const later = (header.generalPurposeBitFlag & DESCRIPTOR) !== 0;
  const agrees = (local: number, listed: number): boolean =>
    local === listed || (later && local === 0) || (local === SENTINEL && hasZip64(header));
  const found: string[] = [];
  if (!Buffer.from(entry.rawName).equals(header.fileName)) found.push("name");
  if (header.compressionMethod !== entry.method) found.push("method");
  if (header.generalPurposeBitFlag !== entry.flags) found.push("flags");
  if (header.crc32 !== entry.crc32 && !(later && header.crc32 === 0)) found.push("checksum");
  if (
    !agrees(header.compressedSize, entry.compressedSize) ||
    !agrees(header.uncompressedSize, entry.size)
  )
    found.push("size");
  return found;
}

/** Programs that write a stream reserve the 64 bit form before they know the size. */
function hasZip64(header: LocalFileHeader): boolean {
  return header.extraField.length >= 4 && header.extraField.readUInt16LE(0) === 0x0001;
}

/**
 * Returns the number of bytes between the data and the next entry: none, or a descriptor that agrees with the central
 * directory.
 */
async function descriptorBytes(
  source: ZipSource,
  entry: ListedEntry,
  at: number,
  end: EndRecord,
): Promise<number> {
  if ((entry.flags & DESCRIPTOR) === 0) return 0;
  const bytes = Buffer.from(await source.read(at, Math.min(24, end.directoryOffset - at)));
  const length = [16, 24, 12, 20].find((size) => isDescriptor(bytes, entry, size));
  if (length === undefined)
    throw rejection(
      "localHeaderDiffers",
      `'${shown(entry.name)}' has another size or checksum behind its data than in the table of contents`,
      ZIP_AGAIN,
    );
  return length;
}

/** Checks the four forms: with and without a signature, with sizes of 32 and of 64 bits. APPNOTE 4.3.9. */
function isDescriptor(bytes: Buffer, entry: ListedEntry, length: number): boolean {
  if (bytes.length < length) return false;
  const signed = length === 16 || length === 24;
  if (signed && bytes.readUInt32LE(0) !== DESCRIPTOR_SIGNATURE) return false;
  const start = signed ? 4 : 0;
  const wide = length >= 20;
  const size = (offset: number): number =>
    wide ? Number(bytes.readBigUInt64LE(start + offset)) : bytes.readUInt32LE(start + offset);
  return (
    bytes.readUInt32LE(start) === entry.crc32 &&
    size(4) === entry.compressedSize &&
    size(wide ? 12 : 8) === entry.size
  );
}
