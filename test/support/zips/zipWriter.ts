import { crc32, deflateRawSync } from "node:zlib";

/** One entry, each field of which a test may falsify. */
export interface WrittenEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Default 8 (deflate). */
  readonly method?: number;
  /** The bytes in the archive. Default: the content, compressed. */
  readonly data?: Buffer;
  /** Unix mode including the file type. Default: a readable file or folder. */
  readonly mode?: number;
  /** "Version made by". Default Unix. */
  readonly madeBy?: number;
  readonly flags?: number;
  readonly crc32?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly extra?: Buffer;
  readonly comment?: Buffer;
  /** Offset in the central directory. Default: the real one. */
  readonly offset?: number;
  /** Fields of the local header that differ. */
  readonly local?: Partial<
    Pick<WrittenEntry, "name" | "method" | "flags" | "crc32" | "size" | "compressedSize" | "extra">
  >;
  /** Bytes between this entry's data and the next header. Default: a data descriptor if flag 8 is set. */
  readonly behind?: Buffer;
}

export interface WrittenArchive {
  readonly comment?: Buffer;
  /** False fields of the end record. */
  readonly end?: {
    readonly entries?: number;
    readonly size?: number;
    readonly offset?: number;
    readonly disk?: number;
  };
  readonly before?: Buffer;
  readonly beforeEnd?: Buffer;
}

/** Writes an archive with the given fields, correct or not. */
export function writeZip(entries: readonly WrittenEntry[], archive: WrittenArchive = {}): Buffer {
  const parts: Buffer[] = [archive.before ?? Buffer.alloc(0)];
  let at = parts[0]?.length ?? 0;
  const listed = entries.map((entry) => {
    const fields = fieldsOf(entry);
    const bytes = [localHeader(entry, fields), fields.data, entry.behind ?? descriptor(fields)];
    const offset = entry.offset ?? at;
    parts.push(...bytes);
    at += bytes.reduce((sum, { length }) => sum + length, 0);
    return directoryEntry(entry, fields, offset);
  });
  const directory = Buffer.concat(listed);
  return Buffer.concat([
    ...parts,
    directory,
    archive.beforeEnd ?? Buffer.alloc(0),
    endRecord(entries.length, directory.length, at, archive),
  ]);
}

interface Fields {
  readonly name: Buffer;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly data: Buffer;
}

function fieldsOf(entry: WrittenEntry): Fields {
  const content = Buffer.from(entry.content ?? "");
  const method = entry.method ?? (content.length === 0 ? 0 : 8);
  const data = entry.data ?? (method === 8 ? deflateRawSync(content) : content);
  return {
    name: Buffer.from(entry.name),
    method,
    flags: entry.flags ?? 0x800,
    crc32: entry.crc32 ?? crc32(content),
    compressedSize: entry.compressedSize ?? data.length,
    size: entry.size ?? content.length,
    data,
  };
}

function localHeader({ local = {}, extra }: WrittenEntry, fields: Fields): Buffer {
  const later = (fields.flags & 8) !== 0;
  const name = local.name === undefined ? fields.name : Buffer.from(local.name);
  const own = local.extra ?? extra ?? Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(local.flags ?? fields.flags, 6);
  header.writeUInt16LE(local.method ?? fields.method, 8);
  header.writeUInt16LE(0x21, 12);
  header.writeUInt32LE(local.crc32 ?? (later ? 0 : fields.crc32), 14);
  header.writeUInt32LE(local.compressedSize ?? (later ? 0 : fields.compressedSize), 18);
  header.writeUInt32LE(local.size ?? (later ? 0 : fields.size), 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(own.length, 28);
  return Buffer.concat([header, name, own]);
}

function descriptor(fields: Fields): Buffer {
  if ((fields.flags & 8) === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(fields.crc32, 4);
  bytes.writeUInt32LE(fields.compressedSize, 8);
  bytes.writeUInt32LE(fields.size, 12);
  return bytes;
}

function directoryEntry(entry: WrittenEntry, fields: Fields, offset: number): Buffer {
  const folder = fields.name.at(-1) === 0x2f;
  const extra = entry.extra ?? Buffer.alloc(0);
  const comment = entry.comment ?? Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(entry.madeBy ?? (3 << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(fields.flags, 8);
  header.writeUInt16LE(fields.method, 10);
  header.writeUInt16LE(0x21, 14);
  header.writeUInt32LE(fields.crc32, 16);
  header.writeUInt32LE(fields.compressedSize, 20);
  header.writeUInt32LE(fields.size, 24);
  header.writeUInt16LE(fields.name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(comment.length, 32);
  header.writeUInt32LE(((entry.mode ?? (folder ? 0o040755 : 0o100644)) << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, fields.name, extra, comment]);
}

function endRecord(
  count: number,
  size: number,
  offset: number,
  { comment = Buffer.alloc(0), end = {} }: WrittenArchive,
): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.disk ?? 0, 4);
  record.writeUInt16LE(Math.min(end.entries ?? count, 0xffff), 8);
  record.writeUInt16LE(Math.min(end.entries ?? count, 0xffff), 10);
  record.writeUInt32LE(end.size ?? size, 12);
  record.writeUInt32LE(end.offset ?? offset, 16);
  record.writeUInt16LE(comment.length, 20);
  return Buffer.concat([record, comment]);
}
