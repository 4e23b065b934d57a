import { pipeline } from "node:stream/promises";
import { crc32, createInflateRaw, inflateRawSync } from "node:zlib";
import { tooLarge } from "./directory";
import type { PlacedEntry } from "./layout";
import type { Contents, FileFacts, InspectLimits, ZipSource } from "./model";
import { nestedSize } from "./nested";
import { rejection, shown, ZIP_AGAIN } from "./reject";

export const deploymentOnlyModule = true;

const DEFLATED = 8;
const HEAD_BYTES = 64;
const TAIL_BYTES = 66 * 1024;
/** Most bytes of a file that describes the app: longer ones are cut. */
const DESCRIPTION_BYTES = 256 * 1024;
const TEXT_BYTES = 4 * 1024 * 1024;
/** Most bytes that are read and inflated at once; longer files are streamed. */
const SMALL = 256 * 1024;
const CHUNK = 256 * 1024;
/** Least bytes for which the compression ratio is checked: a short text of zeros does no harm. */
const RATIO_FROM = 1024 * 1024;

/** Inflates every file, counts the real bytes, and keeps the content that describes the app. */
export async function readContents(
  source: ZipSource,
  entries: AsyncIterable<PlacedEntry>,
  limits: InspectLimits,
  reading: { readonly wants: (name: string) => boolean; readonly checkTime: () => void },
): Promise<Contents> {
  const files = new Map<string, FileFacts>();
  const byName = new Map<string, PlacedEntry>();
  let unzippedBytes = 0;
  for await (const entry of entries) {
    reading.checkTime();
    const found = collector(entry, reading.wants(entry.name), (bytes) => {
      unzippedBytes += bytes;
      if (unzippedBytes > limits.unzippedBytes) throw tooLarge(unzippedBytes, limits);
    });
    await inflate(source, entry, found.take, reading.checkTime);
    const facts = found.end(limits);
    if (entry.folder) continue;
    files.set(entry.name, facts);
    byName.set(entry.name, entry);
  }
  checkRatio(unzippedBytes, source.size, limits);
  return {
    files,
    unzippedBytes,
    readText: async (name) => {
      const entry = byName.get(name);
      return entry === undefined ? undefined : readText(source, entry);
    },
  };
}

async function readText(source: ZipSource, entry: PlacedEntry): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  const take = (bytes: Buffer): void => {
    if (size < TEXT_BYTES) parts.push(Buffer.from(bytes.subarray(0, TEXT_BYTES - size)));
    size += bytes.length;
  };
  await inflate(source, entry, take, () => undefined);
  return Buffer.concat(parts).toString("utf8");
}

function checkRatio(unzippedBytes: number, zippedBytes: number, { ratio }: InspectLimits): void {
  if (unzippedBytes > RATIO_FROM && unzippedBytes > ratio * zippedBytes)
    throw rejection(
      "bomb",
      `${zippedBytes} bytes unzip to ${unzippedBytes}: over ${ratio} times as many`,
      "leave out files that are nothing but one repeated byte",
    );
}

interface Collector {
  take(bytes: Buffer): void;
  end(limits: InspectLimits): FileFacts;
}

function collector(entry: PlacedEntry, wanted: boolean, count: (bytes: number) => void): Collector {
  let size = 0;
  let checksum = 0;
  let head: Buffer = Buffer.alloc(0);
  let tail: Buffer = Buffer.alloc(0);
  const texts: Buffer[] = [];
  return {
    take(bytes) {
      count(bytes.length);
      if (wanted && size < DESCRIPTION_BYTES)
        texts.push(Buffer.from(bytes.subarray(0, DESCRIPTION_BYTES - size)));
      if (head.length < HEAD_BYTES)
        head = Buffer.concat([head, bytes.subarray(0, HEAD_BYTES - head.length)]);
      if (isArchive(head)) tail = lastOf(Buffer.concat([tail, bytes.subarray(-TAIL_BYTES)]));
      size += bytes.length;
      if (size > entry.size) throw wrongSize(entry, size);
      checksum = crc32(bytes, checksum);
    },
    end(limits) {
      if (size !== entry.size) throw wrongSize(entry, size);
      if (checksum !== entry.crc32)
        throw rejection(
          "wrongChecksum",
          `'${shown(entry.name)}' does not have its checksum`,
          "upload it again, or make it again",
        );
      if (isArchive(head)) checkNested(entry, tail, limits);
      return { size, head, ...(wanted ? { text: Buffer.concat(texts).toString("utf8") } : {}) };
    },
  };
}

function lastOf(bytes: Buffer): Buffer {
  return bytes.length > TAIL_BYTES ? Buffer.from(bytes.subarray(-TAIL_BYTES)) : bytes;
}

function isArchive(head: Buffer): boolean {
  return head.length >= 4 && head.readUInt32LE(0) === 0x04034b50;
}

function checkNested(entry: PlacedEntry, tail: Buffer, limits: InspectLimits): void {
  const size = nestedSize(tail);
  if (
    size > limits.unzippedBytes ||
    (size > RATIO_FROM && size > limits.ratio * Math.max(entry.size, 1))
  )
    throw rejection(
      "nestedBomb",
      `'${shown(entry.name)}' is itself an archive, of ${size} bytes unzipped`,
      "leave it out",
    );
}

function wrongSize(entry: PlacedEntry, size: number): Error {
  return rejection(
    "wrongSize",
    `'${shown(entry.name)}' declares ${entry.size} bytes and has ${size > entry.size ? "more" : size}`,
    ZIP_AGAIN,
  );
}

/** Passes on the data of an entry, chunk by chunk. */
export async function inflate(
  source: ZipSource,
  entry: PlacedEntry,
  take: (bytes: Buffer) => void,
  checkTime: () => void,
): Promise<void> {
  if (entry.method !== DEFLATED) {
    for await (const bytes of chunks(source, entry, checkTime)) take(bytes);
  } else if (entry.compressedSize <= SMALL && entry.size <= SMALL) {
    take(
      inflateSmall(Buffer.from(await source.read(entry.dataStart, entry.compressedSize)), entry),
    );
  } else {
    await inflateStream(source, entry, take, checkTime);
  }
}

async function* chunks(
  source: ZipSource,
  entry: PlacedEntry,
  checkTime: () => void,
): AsyncGenerator<Buffer> {
  for (let at = entry.dataStart; at < entry.dataEnd; at += CHUNK) {
    checkTime();
    yield Buffer.from(await source.read(at, Math.min(CHUNK, entry.dataEnd - at)));
  }
}

function inflateSmall(bytes: Buffer, entry: PlacedEntry): Buffer {
  try {
    // With `info` the engine reports how many bytes it has read: bytes after the end of the data would be hidden.
    const { buffer, engine } = inflateRawSync(bytes, {
      maxOutputLength: entry.size + 1,
      info: true,
    }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    checkTaken(entry, engine.bytesWritten);
    return buffer;
  } catch (error) {
    throw inflateProblem(entry, error);
  }
}

async function inflateStream(
  source: ZipSource,
  entry: PlacedEntry,
  take: (bytes: Buffer) => void,
  checkTime: () => void,
): Promise<void> {
  const inflater = createInflateRaw({ chunkSize: 64 * 1024 });
  try {
    await pipeline(chunks(source, entry, checkTime), inflater, async (output) => {
      for await (const bytes of output) take(bytes as Buffer);
    });
  } catch (error) {
    throw inflateProblem(entry, error);
  }
  checkTaken(entry, inflater.bytesWritten);
}

function checkTaken(entry: PlacedEntry, bytes: number): void {
  if (bytes !== entry.compressedSize)
    throw rejection(
      "hiddenBytes",
      `'${shown(entry.name)}' has bytes behind the end of its data`,
      ZIP_AGAIN,
    );
}

/** An error of zlib about the data becomes a rejection; any other error, such as a failed request, is passed on. */
function inflateProblem(entry: PlacedEntry, error: unknown): unknown {
  const code = (error as { code?: string } | undefined)?.code ?? "";
  if (code === "ERR_BUFFER_TOO_LARGE") return wrongSize(entry, entry.size + 1);
  if (!code.startsWith("Z_")) return error;
  return rejection(
    "damaged",
    `'${shown(entry.name)}' cannot be unzipped`,
    "upload it again, or make it again",
  );
}
