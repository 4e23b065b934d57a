export const deploymentOnlyModule = true;

/** An entry whose data are already written. */
export interface PackedEntry {
  readonly name: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7, 4.3.12, 4.3.16) */
const LOCAL_HEADER = 0x04034b50;
const TABLE_ENTRY = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const MADE_BY_UNIX = (3 << 8) | VERSION;
const UTF8 = 0x0800;
const DEFLATED = 8;
/** 1980-01-01, the earliest date: the same files give the same zip. */
const FIRST_DAY = 0x0021;
/** A file that everyone may read and execute. */
const MODE = 0o100755;

export function localHeader(entry: PackedEntry): Buffer {
  const { name, bytes } = nameOf(entry);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL_HEADER, 0);
  writeCommon(header, entry, 4);
  header.writeUInt16LE(bytes, 26);
  return Buffer.concat([header, name]);
}

/** @param at offset of its local header. */
export function tableEntry(entry: PackedEntry, at: number): Buffer {
  const { name, bytes } = nameOf(entry);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(TABLE_ENTRY, 0);
  header.writeUInt16LE(MADE_BY_UNIX, 4);
  writeCommon(header, entry, 6);
  header.writeUInt16LE(bytes, 28);
  header.writeUInt32LE((MODE << 16) >>> 0, 38);
  header.writeUInt32LE(at, 42);
  return Buffer.concat([header, name]);
}

export function endRecord({
  entries,
  bytes,
  at,
}: {
  readonly entries: number;
  readonly bytes: number;
  readonly at: number;
}): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(END, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(bytes, 12);
  record.writeUInt32LE(at, 16);
  return record;
}

/** Writes the fields from the needed version to the size. */
function writeCommon(
  header: Buffer,
  { size, compressedSize, crc32 }: PackedEntry,
  at: number,
): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(UTF8, at + 2);
  header.writeUInt16LE(DEFLATED, at + 4);
  header.writeUInt16LE(FIRST_DAY, at + 8);
  header.writeUInt32LE(crc32, at + 10);
  header.writeUInt32LE(compressedSize, at + 14);
  header.writeUInt32LE(size, at + 18);
}

function nameOf({ name }: PackedEntry): { readonly name: Buffer; readonly bytes: number } {
  const bytes = Buffer.from(name);
  return { name: bytes, bytes: bytes.length };
}
